using MessagePack;

namespace XChat.Protocol.Accounts;

/// <summary>
/// Puts a message into the mailbox of a link between an old and a new device (PUT <see cref="Routes.Links"/><c>/{mailbox}/{step}</c>). The mailbox is made by
/// its first message, holds one message for each of <see cref="Limits.LinkSteps"/> steps, and is gone after <see cref="Limits.LinkSeconds"/>.
/// </summary>
[MessagePackObject]
public sealed record PutLinkMessageRequest([property: Key("content")] byte[] Content);

/// <summary>Outcome.</summary>
[MessagePackObject]
public sealed record PutLinkMessageResult([property: Key("status")] LinkMailboxStatus Status);

/// <summary>The message of a step (GET), or null when it is not there yet. <c>Status</c> says whether it can still come.</summary>
[MessagePackObject]
public sealed record GetLinkMessageResult([property: Key("status")] LinkMailboxStatus Status, [property: Key("content")] byte[]? Content);

/// <summary>Outcomes of a mailbox, in order of precedence.</summary>
public enum LinkMailboxStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>It is there.</summary>
    Accepted = 1,

    /// <summary>The same message was put before.</summary>
    AlreadyAccepted = 2,

    /// <summary>There is no such mailbox: its time is over, or the code is wrong.</summary>
    Gone = 3,

    /// <summary>The step has another message already: the code was used.</summary>
    Taken = 4,

    /// <summary>The step before it is not there yet.</summary>
    TooEarly = 5,

    /// <summary>The server has too many links under way: try again in some minutes.</summary>
    Full = 6,
}
