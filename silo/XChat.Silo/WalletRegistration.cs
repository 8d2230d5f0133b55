using XChat.Grains.Wallets;
using XChat.Storage.Wallets;

namespace XChat.Silo;

/// <summary>Wallets in a silo.</summary>
internal static class WalletRegistration
{
    public static ISiloBuilder AddWallets(this ISiloBuilder silo)
    {
        silo.Services.AddWalletStorage().AddWalletGrains();
        return silo;
    }
}
