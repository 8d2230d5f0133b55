using XChat.Grains.Accounts;
using XChat.Grains.Conversations.GroupCommit;

namespace XChat.Grains.Conversations;

/// <summary>What a conversation reaches outside of itself.</summary>
public sealed record ConversationPorts(
    IConversationStore Store,
    IConversationUpkeep Upkeep,
    ConversationCommitter Committer,
    CursorWriter Cursors,
    IDeviceDirectory Devices);
