using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client.Delivery;

/// <summary>Something that happened. What an event says is in the store already.</summary>
public abstract record ChatEvent;

/// <summary>A line of a conversation: new, or changed when its seq was seen before.</summary>
public sealed record MessageArrived(ChatMessage Message) : ChatEvent;

/// <summary>A member's cursors moved: everything up to <c>ReadSeq</c> was read, everything up to <c>DeliveredSeq</c> reached a device.</summary>
public sealed record ReceiptMoved(Guid Conversation, Guid User, long DeliveredSeq, long ReadSeq) : ChatEvent;

/// <summary>A conversation appeared, or its name, people or stage changed.</summary>
public sealed record ConversationChanged(Guid Conversation, ConversationStage Stage) : ChatEvent;

/// <summary>Something changed in the wallet of a currency: money moved, or the payment <c>Transfer</c> stands differently now.</summary>
public sealed record WalletMoved(Currency Currency, Guid Transfer) : ChatEvent;

/// <summary>A payment whose outcome was not known when the call ended is settled.</summary>
public sealed record PaymentSettled(PaymentOutcome Outcome) : ChatEvent;

/// <summary>Something that looks like an attack.</summary>
public sealed record SecurityWarned(SecurityWarning Warning) : ChatEvent;

/// <summary>The connection came or went. Lost connections are made again by themselves.</summary>
public sealed record ConnectionChanged(bool Connected) : ChatEvent;

/// <summary>The listener was too slow and missed events: read the conversations again.</summary>
public sealed record EventsMissed : ChatEvent;

/// <summary>A conversation could not go on just now; it tries again by itself. For diagnosis.</summary>
public sealed record WorkFailed(Guid Conversation, Exception Problem) : ChatEvent;
