using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>A conversation as storage has it, with the ids of its last entries, oldest first.</summary>
public sealed record StoredConversation(
    ConversationId Conversation,
    ConversationType Type,
    Guid Group,
    long Epoch,
    int TimerSeconds,
    long Head,
    long LastTimeMs,
    IReadOnlyList<MemberState> Members,
    IReadOnlyList<LeafState> Leaves,
    IReadOnlyList<Caller> Waiting,
    IReadOnlyList<MessageId> Recent);
