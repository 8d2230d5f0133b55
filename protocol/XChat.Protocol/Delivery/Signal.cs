using MessagePack;

namespace XChat.Protocol.Delivery;

/// <summary>Something short-lived that is pushed to the members who are online and never stored.</summary>
[MessagePackObject]
public sealed record SendSignalRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("payload")] byte[] Payload);

/// <summary>
/// A pushed signal. <see cref="SignalKind.Typing"/>: <c>Payload</c> is opaque to the server. <see cref="SignalKind.Cursor"/>: the member's
/// cursors moved.
/// </summary>
[MessagePackObject]
public sealed record Signal(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("kind")] SignalKind Kind,
    [property: Key("user")] Guid User,
    [property: Key("device")] Guid Device,
    [property: Key("deliveredSeq")] long DeliveredSeq,
    [property: Key("readSeq")] long ReadSeq,
    [property: Key("payload")] byte[] Payload);

/// <summary>Kinds of signal.</summary>
public enum SignalKind
{
    /// <summary>Unknown to this client's version: ignore it.</summary>
    Unspecified = 0,

    /// <summary>A member is typing or has stopped; the payload says, encrypted.</summary>
    Typing = 1,

    /// <summary>A member's delivered or read cursor moved.</summary>
    Cursor = 2,
}
