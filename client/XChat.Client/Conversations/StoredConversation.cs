using MessagePack;

using XChat.Client.History;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>
/// A conversation as this device holds it. <c>Cursor</c> is the last entry that was processed; <c>Peer</c> the other person of a direct one;
/// <c>WelcomeSeq</c> the entry of the last Welcome that was used or found useless: only a later one is worth a try.
/// <c>NameSeq</c> the entry that gave it its name, 0 before there is one. <c>RosterDue</c>: devices moved, and it was not seen since that
/// none waits for a commit any more.
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
    [property: Key(9)] bool RosterDue = false,
    [property: Key(10)] long NameSeq = 0)
{
    /// <summary>
    /// This, with what <paramref name="stored"/> knows better: a name that was given later, the other person, and how far was read. The history of
    /// another device may have told it while a session had the conversation in hand.
    /// </summary>
    public StoredConversation KeepingWhatIsKnown(StoredConversation? stored) => stored is null ? this : Named(stored.Name, stored.NameSeq) with
    {
        Peer = Peer != Guid.Empty ? Peer : stored.Peer,
        ReadSeq = Math.Max(ReadSeq, stored.ReadSeq),
    };

    /// <summary>This under the name that the entry <paramref name="seq"/> gave it, unless a later entry has given it another.</summary>
    public StoredConversation Named(string name, long seq) =>
        name.Length > 0 && (seq > NameSeq || Name.Length == 0) ? this with { Name = name, NameSeq = seq } : this;

    /// <summary>What another device of the account needs to know of it.</summary>
    public HistoryConversation ForHistory() => new(Id, Type, Group, Name, Peer, ReadSeq, NameSeq);
}
