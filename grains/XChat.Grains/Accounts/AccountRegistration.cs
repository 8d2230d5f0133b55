using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace XChat.Grains.Accounts;

/// <summary>What account grains need in a silo besides their storage.</summary>
public static class AccountRegistration
{
    /// <summary>Adds it. The stores behind the ports, the grain state and a <see cref="TimeProvider"/> are registered elsewhere.</summary>
    public static IServiceCollection AddAccountGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<AccountOptions>().BindConfiguration(AccountOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsValidator>();
        services.AddOptions<RegistrationOptions>().BindConfiguration(RegistrationOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RegistrationOptions>, RegistrationOptionsValidator>();
        services.AddSingleton<AccountMetrics>();
        services.AddSingleton<IDeviceChangeAudience, GrainAudience>();
        services.AddSingleton<IDeviceDirectory, AccountDeviceDirectory>();
        services.AddSingleton<AccountPorts>();
        services.AddSingleton<LinkMailboxBudget>();
        services.AddSingleton<AccountSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<AccountSweep>());
        return services;
    }
}
