using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>Gives a member another role. Owners only.</summary>
[MessagePackObject]
public sealed record ChangeRoleRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("user")] Guid User,
    [property: Key("role")] MemberRole Role);

/// <summary>Leaves a group. Nothing sent after this reaches the caller.</summary>
[MessagePackObject]
public sealed record LeaveConversationRequest([property: Key("conversation")] Guid Conversation, [property: Key("message")] Guid Message);

/// <summary>Deletes the message at <c>Seq</c> for everyone: the ciphertext goes, the seq stays. Own messages, or any as admin.</summary>
[MessagePackObject]
public sealed record DeleteMessageRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("seq")] long Seq);

/// <summary>Sets after how many seconds later messages disappear from the server; 0 is off.</summary>
[MessagePackObject]
public sealed record SetTimerRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("seconds")] int Seconds);

/// <summary>Tells the other members that the caller cannot process the commit that ended <c>Epoch</c>.</summary>
[MessagePackObject]
public sealed record ReportEpochRequest(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("message")] Guid Message,
    [property: Key("epoch")] long Epoch);
