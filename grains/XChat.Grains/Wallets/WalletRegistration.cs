using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Grains.Wallets.Screening;

namespace XChat.Grains.Wallets;

/// <summary>What wallet grains need in a silo besides their storage.</summary>
public static class WalletRegistration
{
    /// <summary>Adds it, under the default rules. The stores behind the ports, and a <see cref="TimeProvider"/>, are registered elsewhere.</summary>
    public static IServiceCollection AddWalletGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<WalletOptions>().BindConfiguration(WalletOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WalletOptions>, WalletOptionsValidator>();
        services.AddSingleton<WalletMetrics>();
        services.AddSingleton<LedgerCommitter>();
        services.AddSingleton<IPaymentNews, GrainPaymentNews>();
        services.AddSingleton<FreshNews>();
        services.AddSingleton<OutboxRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxRelay>());
        services.AddSingleton<ExpirySweep>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpirySweep>());
        services.AddSingleton(MoneyRules.Default);
        services.AddSingleton<ListScreening>();
        services.AddSingleton<IScreening>(provider => provider.GetRequiredService<ListScreening>());
        services.AddSingleton<ScreeningDesk>();
        services.AddSingleton<TermsDirectory>();
        services.AddSingleton<WalletPorts>();
        return services;
    }
}
