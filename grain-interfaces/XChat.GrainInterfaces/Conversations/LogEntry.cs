using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>One entry of a log; meanings as in <see cref="Entry"/>. Times are Unix milliseconds, 0 is none.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LogEntry")]
public sealed record LogEntry(
    [property: Id(0)] long Seq,
    [property: Id(1)] EntryKind Kind,
    [property: Id(2)] Accounts.Caller Sender,
    [property: Id(3)] MessageId Message,
    [property: Id(4)] long Epoch,
    [property: Id(5)] long TimeMs,
    [property: Id(6)] long ExpiresAtMs,
    [property: Id(7)] Guid Target,
    [property: Id(8)] long Value,
    [property: Id(9)] byte[] Payload);
