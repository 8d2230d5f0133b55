using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace XChat.Grains.Wallets.Rails;

/// <summary>What payments over rails need in a silo besides wallets, their storage and the rails themselves.</summary>
public static class RailRegistration
{
    /// <summary>Adds it. The store and each <see cref="IPaymentRail"/> are registered elsewhere; without any, nobody deposits or withdraws.</summary>
    public static IServiceCollection AddRailGrains(this IServiceCollection services)
    {
        services.AddOptions<RailOptions>().BindConfiguration(RailOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RailOptions>, RailOptionsValidator>();
        services.AddSingleton<PaymentRails>();
        services.AddSingleton<RailTransfers>();
        services.AddSingleton<RailPorts>();
        services.AddSingleton<RailPaymentSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RailPaymentSweep>());
        return services;
    }
}
