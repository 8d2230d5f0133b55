using MessagePack;

using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>
/// A conversation as this device holds it. <c>Cursor</c> is the last entry that was processed; <c>Peer</c> the other person of a direct one;
/// <c>WelcomeSeq</c> the entry of the last Welcome that was used or found useless: only a later one is worth a try.
/// <c>RosterDue</c>: devices moved, and it was not seen since that none waits for a commit any more.
/// </summary>
[MessagePackObject]
internal sealed record StoredConversation(
    [property: Key(0)] Guid Id,
    [property: Key(1)] ConversationType Type,
    [property: Key(2)] Guid Group,
    [property: Key(3)] ConversationStage Stage,
    [property: Key(4)] long Cursor,
    [property: Key(5)] long ReadSeq,
    [property: Key(6)] string Name,
    [property: Key(7)] Guid Peer,
    [property: Key(8)] long WelcomeSeq,
    [property: Key(9)] bool RosterDue = false);
