using XChat.Grains.Wallets.Rails;
using XChat.Rails;
using XChat.Storage.Wallets;

namespace XChat.Silo;

/// <summary>Deposits and withdrawals in a silo, over the rails that its settings name.</summary>
internal static class RailRegistration
{
    public static ISiloBuilder AddRails(this ISiloBuilder silo)
    {
        silo.Services.AddRailStorage().AddRailGrains().AddPaymentRails(silo.Configuration);
        return silo;
    }
}
