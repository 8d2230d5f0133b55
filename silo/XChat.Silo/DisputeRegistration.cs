using XChat.Grains.Wallets.Disputes;
using XChat.Storage.Wallets.Disputes;

namespace XChat.Silo;

/// <summary>Refunds and disputes in a silo.</summary>
internal static class DisputeRegistration
{
    public static ISiloBuilder AddDisputes(this ISiloBuilder silo)
    {
        silo.Services.AddDisputeStorage().AddDisputeGrains();
        return silo;
    }
}
