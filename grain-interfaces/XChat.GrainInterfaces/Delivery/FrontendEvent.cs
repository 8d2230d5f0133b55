using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Delivery;

/// <summary>
/// What a frontend hears on its stream; a hint, at most once. <c>Recipients</c> are users who are connected there. <c>Entry</c> is set for
/// entries, <c>Signal</c> for signals, <c>Device</c> for ended sessions (the empty id: every device of the recipients), <c>Wallet</c> for wallets.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.FrontendEvent")]
public sealed record FrontendEvent(
    [property: Id(0)] FrontendEventKind Kind,
    [property: Id(1)] ConversationId Conversation,
    [property: Id(2)] IReadOnlyList<UserId> Recipients,
    [property: Id(3)] LogEntry? Entry,
    [property: Id(4)] MemberSignal? Signal,
    [property: Id(5)] DeviceId Device,
    [property: Id(6)] WalletNews? Wallet = null);

/// <summary>Something changed in the recipients' wallets of a currency: a transfer, or how it stands.</summary>
[GenerateSerializer, Immutable, Alias("xchat.WalletNews")]
public sealed record WalletNews([property: Id(0)] Currency Currency, [property: Id(1)] TransferId Transfer);

/// <summary>A signal of a member; meanings as in <see cref="Signal"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.MemberSignal")]
public sealed record MemberSignal(
    [property: Id(0)] SignalKind Kind,
    [property: Id(1)] Accounts.Caller Sender,
    [property: Id(2)] long DeliveredSeq,
    [property: Id(3)] long ReadSeq,
    [property: Id(4)] byte[] Payload);

/// <summary>Kinds of event.</summary>
[GenerateSerializer, Alias("xchat.FrontendEventKind")]
public enum FrontendEventKind
{
    /// <summary>Unknown to this version: ignore it.</summary>
    Unspecified = 0,

    /// <summary>An entry was appended.</summary>
    EntryAppended = 1,

    /// <summary>A signal was sent.</summary>
    SignalSent = 2,

    /// <summary>Something may have been missed: the recipients' connections are told to resync.</summary>
    Resync = 3,

    /// <summary>Sessions ended: the recipients' connections of the device are closed.</summary>
    SessionEnded = 4,

    /// <summary>Money moved, or a payment was accepted, given back or is over: the recipients' connections are told.</summary>
    WalletChanged = 5,
}
