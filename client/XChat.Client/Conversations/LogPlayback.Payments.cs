using XChat.Client.Wallets;
using XChat.Crypto.Mls;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Entries that show payments. How a payment stands is never here: the ledger says.</summary>
internal sealed partial class LogPlayback
{
    private readonly List<Guid> _shown = [];

    /// <summary>Cards that came too late for their epoch: their content is sent again as a message.</summary>
    public List<byte[]> CardsToResend { get; } = [];

    private void ApplyPayment(Entry entry)
    {
        byte[] card = entry.User == context.Device.User && entry.Device == context.Device.Device ? OwnCard(entry) : ForeignCard(entry);
        Show(entry, MessageKind.Payment, [], card);
    }

    /// <summary>The sender cannot decrypt what it encrypted, so its content comes from where the payment is kept.</summary>
    private byte[] OwnCard(Entry entry)
    {
        (StoredPayment? payment, StoredMessage? known) = context.Store.Read(
            transaction => (transaction.Payment(entry.Target), transaction.Message(entry.Conversation, entry.Seq)));
        if (payment is null || payment.Conversation == Guid.Empty)
        {
            return known?.Content ?? [];
        }

        _shown.Add(payment.Transfer);
        if (entry.Payload.Length == 0 && payment.Content.Length > 0)
        {
            CardsToResend.Add(payment.Content);
        }

        return payment.Content;
    }

    /// <summary>
    /// A payment whose card is here is over, unless its answer is still out: what its caller is told comes from the ledger, so it is kept, as one without
    /// a card, until that has said.
    /// </summary>
    private static void NoteShown(Store.StoreTransaction transaction, Guid transfer)
    {
        if (transaction.Payment(transfer) is { Status: Protocol.Wallets.WalletStatus.Unspecified } open)
        {
            transaction.Put(open with { Conversation = Guid.Empty, Content = [] });
        }
        else
        {
            transaction.DropPayment(transfer);
        }
    }

    private byte[] ForeignCard(Entry entry)
    {
        if (entry.Payload.Length == 0)
        {
            return [];
        }

        try
        {
            // Every step consumes a key of the ratchet, also one that ends in a refusal below.
            MlsReceived? received = Group?.Process(entry.Payload, static (_, _) => false);
            _groupChanged |= received is not null;
            bool named = received is MlsApplication card && IsAsClaimed(
                entry, card, card.AuthenticatedData.AsSpan().SequenceEqual(entry.Message.ToByteArray(bigEndian: true)))
                && ContentCodec.Read(card.Plaintext) is PaymentContent content && content.Transfer == entry.Target;
            return named ? ((MlsApplication)received!).Plaintext : [];
        }
        catch (MlsException)
        {
            // Of an epoch before this device came in, or broken: there is a payment all the same.
            return [];
        }
    }
}
