using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets;
using XChat.Storage.Wallets;

namespace XChat.Silo;

/// <summary>Wallets in a silo.</summary>
internal static class WalletRegistration
{
    public static ISiloBuilder AddWallets(this ISiloBuilder silo)
    {
        silo.Services.AddWalletStorage().AddWalletGrains();
        silo.Services.AddSingleton<IValidateOptions<WalletOptions>, MoneyRulesFileValidator>();
        silo.Services.AddSingleton(services => MoneyRulesFile.Read(services.GetRequiredService<IOptions<WalletOptions>>().Value.RulesFile));
        silo.Services.AddSingleton<IValidateOptions<WalletOptions>, ScreeningListFileValidator>();
        silo.Services.AddHostedService<ScreeningListFile>();
        return silo;
    }
}
