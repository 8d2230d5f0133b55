using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>Creates a conversation with its MLS group; meanings as in <see cref="CreateConversationRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.CreateConversation")]
public sealed record CreateConversation(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] MessageId Message,
    [property: Id(2)] ConversationType Type,
    [property: Id(3)] Guid Group,
    [property: Id(4)] byte[] Commit,
    [property: Id(5)] byte[]? Welcome);

/// <summary>Ends the current epoch; meanings as in <see cref="CommitEpochRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.CommitEpoch")]
public sealed record CommitEpoch(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] MessageId Message,
    [property: Id(2)] byte[] Commit,
    [property: Id(3)] byte[]? Welcome);

/// <summary>Restarts the MLS group; meanings as in <see cref="RestartGroupRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RestartGroup")]
public sealed record RestartGroup(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] MessageId Message,
    [property: Id(2)] Guid Group,
    [property: Id(3)] byte[] Commit,
    [property: Id(4)] byte[]? Welcome);
