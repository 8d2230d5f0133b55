using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>Payments that one conversation shows. The ledger calls it; no frontend passes this on from a device.</summary>
/// <remarks>
/// Key: the conversation id; the same activation as <see cref="IConversationGrain"/>.
/// Owns: the entries that show payments.
/// Durable when: the result is returned.
/// Retry: an entry is recognised by the transfer's id, which is its message id; a timeout means unknown, repeat the same.
/// Scheduling: one command at a time, behind all appends that it finds.
/// </remarks>
[GrainInterfaceType("xchat.conversation-payments"), Alias("xchat.IConversationPaymentsGrain")]
public interface IConversationPaymentsGrain : IGrainWithGuidKey
{
    /// <summary>Appends the entry that shows a payment, once.</summary>
    [Alias("show")]
    Task<EntryAppended> Show(ShowPayment request);
}

/// <summary>
/// A payment that the ledger has committed. <c>Caller</c> is the payer's device; <c>Card</c> the encrypted card, empty for none. A card of an epoch
/// that is over is left out: the entry then says no more than that there is a payment, and the device sends the card again.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.ShowPayment")]
public sealed record ShowPayment(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] TransferId Transfer,
    [property: Id(2)] byte[] Card);
