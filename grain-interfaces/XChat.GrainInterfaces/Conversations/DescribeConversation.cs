using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>Asks for the conversation's state.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeConversation")]
public sealed record DescribeConversation([property: Id(0)] Accounts.Caller Caller);

/// <summary>A member with its cursors.</summary>
[GenerateSerializer, Immutable, Alias("xchat.Member")]
public sealed record Member(
    [property: Id(0)] UserId User,
    [property: Id(1)] MemberRole Role,
    [property: Id(2)] long FirstSeq,
    [property: Id(3)] long DeliveredSeq,
    [property: Id(4)] long ReadSeq);

/// <summary>A leaf of the MLS tree.</summary>
[GenerateSerializer, Immutable, Alias("xchat.Leaf")]
public sealed record Leaf([property: Id(0)] int Index, [property: Id(1)] UserId User, [property: Id(2)] DeviceId Device);

/// <summary>The conversation's state, or the reason why not; meanings as in <see cref="ConversationView"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ConversationDescribed")]
public sealed record ConversationDescribed(
    [property: Id(0)] ConversationStatus Status,
    [property: Id(1)] ConversationType Type,
    [property: Id(2)] Guid Group,
    [property: Id(3)] long Epoch,
    [property: Id(4)] long Head,
    [property: Id(5)] int TimerSeconds,
    [property: Id(6)] IReadOnlyList<Member> Members,
    [property: Id(7)] IReadOnlyList<Leaf> Leaves,
    [property: Id(8)] IReadOnlyList<Accounts.Caller> PendingAdds,
    [property: Id(9)] IReadOnlyList<int> PendingRemoves);

/// <summary>Asks for the Welcome of the calling device.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReadWelcome")]
public sealed record ReadWelcome([property: Id(0)] Accounts.Caller Caller);

/// <summary>The Welcome, the epoch that it leads to and the seq of the commit that made it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WelcomeRead")]
public sealed record WelcomeRead(
    [property: Id(0)] ConversationStatus Status,
    [property: Id(1)] byte[]? Welcome,
    [property: Id(2)] long Epoch,
    [property: Id(3)] long Seq);
