using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.History;

/// <summary>Typed references to the grains of this domain.</summary>
public static class HistoryGrainFactoryExtensions
{
    /// <summary>The history of a user.</summary>
    public static IHistoryGrain History(this IGrainFactory factory, UserId user) => factory.GetGrain<IHistoryGrain>(user.Value);
}
