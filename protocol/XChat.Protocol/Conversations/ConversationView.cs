using MessagePack;

namespace XChat.Protocol.Conversations;

/// <summary>A member: role, the first seq that it may read, and how far it has been delivered to and has read.</summary>
[MessagePackObject]
public sealed record MemberView(
    [property: Key("user")] Guid User,
    [property: Key("role")] MemberRole Role,
    [property: Key("firstSeq")] long FirstSeq,
    [property: Key("deliveredSeq")] long DeliveredSeq,
    [property: Key("readSeq")] long ReadSeq);

/// <summary>A leaf of the MLS tree as the server holds it; clients compare it with the MLS roster.</summary>
[MessagePackObject]
public sealed record LeafView(
    [property: Key("leaf")] int Leaf,
    [property: Key("user")] Guid User,
    [property: Key("device")] Guid Device);

/// <summary>A device that waits to be added by some member's commit.</summary>
[MessagePackObject]
public sealed record PendingDevice([property: Key("user")] Guid User, [property: Key("device")] Guid Device);

/// <summary>
/// A conversation as its members see it. <c>PendingAdds</c> and <c>PendingRemoves</c> (leaf indexes) wait for a commit of any member.
/// </summary>
[MessagePackObject]
public sealed record ConversationView(
    [property: Key("conversation")] Guid Conversation,
    [property: Key("type")] ConversationType Type,
    [property: Key("group")] Guid Group,
    [property: Key("epoch")] long Epoch,
    [property: Key("head")] long Head,
    [property: Key("timerSeconds")] int TimerSeconds,
    [property: Key("members")] IReadOnlyList<MemberView> Members,
    [property: Key("leaves")] IReadOnlyList<LeafView> Leaves,
    [property: Key("pendingAdds")] IReadOnlyList<PendingDevice> PendingAdds,
    [property: Key("pendingRemoves")] IReadOnlyList<int> PendingRemoves);

/// <summary>A conversation, or the reason why not.</summary>
[MessagePackObject]
public sealed record GetConversationResult(
    [property: Key("status")] ConversationStatus Status,
    [property: Key("conversation")] ConversationView? Conversation);

/// <summary>The Welcome that added the calling device, with the epoch and seq at which it joins: entries up to <c>Seq</c> are not for it.</summary>
[MessagePackObject]
public sealed record GetWelcomeResult(
    [property: Key("status")] ConversationStatus Status,
    [property: Key("welcome")] byte[]? Welcome,
    [property: Key("epoch")] long Epoch,
    [property: Key("seq")] long Seq);
