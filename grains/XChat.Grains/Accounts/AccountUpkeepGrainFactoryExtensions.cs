using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>Typed references to the grains that only silos call.</summary>
public static class AccountUpkeepGrainFactoryExtensions
{
    /// <summary>The upkeep of a user's account.</summary>
    public static IAccountUpkeepGrain AccountUpkeep(this IGrainFactory factory, UserId user) => factory.GetGrain<IAccountUpkeepGrain>(user.Value);
}
