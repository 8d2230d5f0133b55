using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// What is to be paid. In a conversation (<c>Conversation</c>) the payment appears as a card with the memo, encrypted for its members; without one,
/// nobody but the payee's wallet shows it and a memo has no place. <c>WithAcceptance</c>: the payee has a day to accept, and it can be recalled until then.
/// </summary>
public sealed record PaymentDraft(Guid Payee, Money Amount)
{
    /// <summary>
    /// The payment's id. A draft has one from the start, so that whoever made it can ask for the payment by it whatever becomes of the call; a draft that
    /// is paid again is the same payment again.
    /// </summary>
    public Guid Transfer { get; init; } = TransferId.New().Value;

    /// <summary>Where the card appears; empty for nowhere.</summary>
    public Guid Conversation { get; init; }

    /// <summary>What the payer writes on the card; at most <see cref="Conversations.ContentCodec.MemoBytes"/>.</summary>
    public string Memo { get; init; } = "";

    /// <summary>Whether the payee has to accept.</summary>
    public bool WithAcceptance { get; init; }

    /// <summary>What it is for: a payment, a paid request, a share of a bill, or money given back.</summary>
    public TransferReason Reason { get; init; } = TransferReason.Payment;

    /// <summary>The request or bill that is paid, or the payment that is given back; empty for none.</summary>
    public Guid Reference { get; init; }

    /// <summary>The PIN for payments of this device; needed for payments that are not small or few, if one is set.</summary>
    public string? Pin { get; init; }
}
