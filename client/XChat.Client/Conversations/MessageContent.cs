namespace XChat.Client.Conversations;

/// <summary>What a person sends. All of it travels encrypted; see <see cref="ContentCodec"/> for the plaintext's form.</summary>
public abstract record MessageContent;

/// <summary>Text; <c>ReplyTo</c> is the message that it answers, or empty.</summary>
public sealed record TextContent(string Text, Guid ReplyTo = default) : MessageContent;

/// <summary>A reaction to the message <c>Target</c>; an empty <c>Emoji</c> takes the own reaction back.</summary>
public sealed record ReactionContent(Guid Target, string Emoji) : MessageContent;

/// <summary>New text of the own message <c>Target</c>.</summary>
public sealed record EditContent(Guid Target, string Text) : MessageContent;

/// <summary>The name of the group from here on. The server never learns it.</summary>
public sealed record GroupNameContent(string Name) : MessageContent;

/// <summary>
/// The card of the payment by <c>Transfer</c>. It comes in the entry that shows the payment; sent as a message it makes up for a card that came too late.
/// </summary>
public sealed record PaymentContent(Guid Transfer, string Memo) : MessageContent;

/// <summary>The card of the payment request <c>Request</c>. What is asked for, of whom, and how it stands is asked of the server.</summary>
public sealed record PaymentRequestContent(Guid Request, string Memo) : MessageContent;

/// <summary>The card of the red packet <c>Packet</c>. How it stands is asked of the server.</summary>
public sealed record RedPacketContent(Guid Packet, string Memo) : MessageContent;

/// <summary>Content of a kind or version that this program does not know, or malformed content (<c>Kind</c> 0).</summary>
public sealed record UnsupportedContent(int Kind) : MessageContent;
