using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>
/// One entry of a conversation's log. <c>Seq</c> is contiguous from 1. <c>Payload</c> is an MLS message (application, payment and commit entries) and
/// empty in every other kind and after a deletion. <c>Target</c> and <c>Value</c> are explained at <see cref="EntryKind"/>. Times are Unix
/// milliseconds;
/// <c>ExpiresAtMs</c> is 0 when the entry does not expire.
/// </summary>
[MessagePackObject]
public sealed record Entry(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("seq")] long Seq,
    [property: Key("kind")] EntryKind Kind,
    [property: Key("user")] Guid User,
    [property: Key("device")] Guid Device,
    [property: Key("message")] Guid Message,
    [property: Key("epoch")] long Epoch,
    [property: Key("timeMs")] long TimeMs,
    [property: Key("expiresAtMs")] long ExpiresAtMs,
    [property: Key("target")] Guid Target,
    [property: Key("value")] long Value,
    [property: Key("payload")] byte[] Payload);

/// <summary>What an entry records. Content is only ever in the payload of <see cref="Application"/> and <see cref="Payment"/>, encrypted.</summary>
public enum EntryKind
{
    /// <summary>Unknown to this client's version: advance past it.</summary>
    Unspecified = 0,

    /// <summary>An MLS application message (PrivateMessage) of <c>Epoch</c>.</summary>
    Application = 1,

    /// <summary>The MLS commit (PublicMessage) that ended <c>Epoch</c> of the group <c>Target</c>.</summary>
    Commit = 2,

    /// <summary>The member <c>User</c> left; its leaves wait for a commit that removes them.</summary>
    MemberLeft = 3,

    /// <summary>The role of <c>Target</c> became <c>Value</c> (a <see cref="MemberRole"/>).</summary>
    RoleChanged = 4,

    /// <summary>The timer of later messages became <c>Value</c> seconds; 0 is off.</summary>
    TimerChanged = 5,

    /// <summary>The message at seq <c>Value</c> was deleted for everyone.</summary>
    MessageDeleted = 6,

    /// <summary>The MLS group was restarted: <c>Target</c> is the new group id, <c>Payload</c> the first commit of the new group.</summary>
    GroupRestarted = 7,

    /// <summary>The member <c>User</c> cannot process the commit of epoch <c>Value</c>.</summary>
    EpochReported = 8,

    /// <summary>The device list of <c>User</c> became version <c>Value</c>: devices may wait to be added or removed by a commit.</summary>
    DevicesChanged = 9,

    /// <summary>
    /// The user <c>User</c> paid by the transfer <c>Target</c>, which is also the entry's message id. <c>Payload</c> is the card, an MLS application
    /// message (PrivateMessage) of <c>Epoch</c>; empty when there is none, or its epoch was over: then the payer's device sends it again. How the
    /// payment stands is asked of the ledger.
    /// </summary>
    Payment = 10,
}
