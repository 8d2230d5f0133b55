using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>A page to read; meanings as in <see cref="ReadEntriesRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReadEntries")]
public sealed record ReadEntries(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] long Seq,
    [property: Id(2)] bool Backward,
    [property: Id(3)] int Limit);

/// <summary>Entries in rising order of seq, the head, and whether more lie in the direction read.</summary>
[GenerateSerializer, Immutable, Alias("xchat.EntryPage")]
public sealed record EntryPage(
    [property: Id(0)] ConversationStatus Status,
    [property: Id(1)] IReadOnlyList<LogEntry> Entries,
    [property: Id(2)] long Head,
    [property: Id(3)] bool More);
