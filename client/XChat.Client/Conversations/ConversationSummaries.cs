using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>
/// A conversation in the list. <c>Name</c> is the group's name, or the other person's handle; <c>Unread</c> counts what others sent after the own read
/// mark, as far as it is on this device.
/// </summary>
public sealed record ConversationInfo(Guid Id, ConversationType Type, string Name, ConversationStage Stage, int Unread, ChatMessage? Last);

/// <summary>A member of a conversation: everything up to <c>ReadSeq</c> was read, everything up to <c>DeliveredSeq</c> reached a device.</summary>
public sealed record MemberInfo(Guid User, string Handle, MemberRole Role, long DeliveredSeq, long ReadSeq);
