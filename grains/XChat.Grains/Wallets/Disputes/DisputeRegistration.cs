using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>What disputes need in a silo besides wallets and their storage.</summary>
public static class DisputeRegistration
{
    /// <summary>Adds it. The store behind the port is registered elsewhere.</summary>
    public static IServiceCollection AddDisputeGrains(this IServiceCollection services)
    {
        services.AddOptions<DisputeOptions>().BindConfiguration(DisputeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DisputeOptions>, DisputeOptionsValidator>();
        services.AddSingleton<DisputeTransfers>();
        services.AddSingleton<DisputeSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<DisputeSweep>());
        return services;
    }
}
