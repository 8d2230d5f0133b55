using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Crypto.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>What the grains of a realm need in a silo besides their storage and the realm's keys.</summary>
public static class RecoveryRegistration
{
    /// <summary>Adds it. The stores, a <see cref="RealmKeyring"/> and a <see cref="TimeProvider"/> are registered elsewhere.</summary>
    public static IServiceCollection AddRecoveryGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<RecoveryOptions>().BindConfiguration(RecoveryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RecoveryOptions>, RecoveryOptionsValidator>();
        services.AddSingleton<RecoveryMetrics>();
        services.AddSingleton<RecoveryPorts>();
        return services;
    }
}

/// <summary>What a recovery grain reaches outside of itself.</summary>
public sealed record RecoveryPorts(IRecoveryStore Records, IGuessLedger Guesses, RealmKeyring Realms);
