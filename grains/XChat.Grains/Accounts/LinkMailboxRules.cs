using System.Security.Cryptography;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>What a mailbox holds: the messages of the first steps, and when it ends (Unix milliseconds).</summary>
public sealed record LinkMailboxState(long EndsAtMs, IReadOnlyList<byte[]> Messages);

/// <summary>What a mailbox accepts. Pure: no clock, no I/O. The checks stand in the order in which the statuses take precedence.</summary>
public static class LinkMailboxRules
{
    /// <summary>Decides a message; the state is the new one when accepted.</summary>
    public static (LinkMailboxStatus Status, LinkMailboxState? State) DecidePut(
        LinkMailboxState? state, PutLinkMessage request, long nowMs, bool mayOpen)
    {
        if (!IsLive(state, nowMs))
        {
            return (request.Step, mayOpen) switch
            {
                (1, true) => (LinkMailboxStatus.Accepted, new LinkMailboxState(nowMs + (Limits.LinkSeconds * 1000L), [request.Content])),
                (1, false) => (LinkMailboxStatus.Full, state),
                _ => (LinkMailboxStatus.Gone, state),
            };
        }

        if (request.Step is < 1 or > Limits.LinkSteps || request.Step > state!.Messages.Count + 1)
        {
            return (LinkMailboxStatus.TooEarly, state);
        }

        if (request.Step <= state.Messages.Count)
        {
            bool same = CryptographicOperations.FixedTimeEquals(state.Messages[request.Step - 1], request.Content);
            return (same ? LinkMailboxStatus.AlreadyAccepted : LinkMailboxStatus.Taken, state);
        }

        return (LinkMailboxStatus.Accepted, state with { Messages = [.. state.Messages, request.Content] });
    }

    /// <summary>Whether a mailbox is there and its time is not over.</summary>
    public static bool IsLive(LinkMailboxState? state, long nowMs) => state is not null && state.EndsAtMs > nowMs;
}
