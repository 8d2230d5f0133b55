using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Client.Store;
using XChat.Client.Transparency;

namespace XChat.Client.Conversations;

/// <summary>What every conversation of a profile works with.</summary>
internal sealed record ChatContext(
    ProfileStore Store,
    DeviceKeys Device,
    People People,
    KeyPackageStock KeyPackages,
    LogWitness Log,
    WarningLog Warnings,
    EventFeed Feed,
    ServerSlot Server,
    TimeProvider Time)
{
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
