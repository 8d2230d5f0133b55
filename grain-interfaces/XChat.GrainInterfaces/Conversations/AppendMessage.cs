using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>An application message: an MLS PrivateMessage.</summary>
[GenerateSerializer, Immutable, Alias("xchat.AppendMessage")]
public sealed record AppendMessage(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] MessageId Message,
    [property: Id(2)] byte[] Payload);

/// <summary>
/// What came of a command that adds an entry: place and time (Unix ms) of the entry when accepted, and the current epoch for members.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.EntryAppended")]
public sealed record EntryAppended(
    [property: Id(0)] ConversationStatus Status,
    [property: Id(1)] long Seq,
    [property: Id(2)] long TimeMs,
    [property: Id(3)] long Epoch);

/// <summary>Outcome of a call that returns nothing else.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ConversationOutcome")]
public sealed record ConversationOutcome([property: Id(0)] ConversationStatus Status);
