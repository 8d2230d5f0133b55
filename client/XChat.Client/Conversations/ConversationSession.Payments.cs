using XChat.Client.Wallets;

namespace XChat.Client.Conversations;

/// <summary>Cards of payments.</summary>
internal sealed partial class ConversationSession
{
    /// <summary>
    /// Encrypts a card for the members of now, and stores the payment that it belongs to in one transaction with the keys that encrypted it.
    /// </summary>
    /// <param name="transfer">The transfer, which the card is bound to.</param>
    /// <param name="content">The card's plaintext.</param>
    /// <param name="sign">Makes the payment from the encrypted card.</param>
    /// <param name="cancellationToken">Ends the wait for the turn; nothing is stored then.</param>
    public Task<StoredPayment> SealPaymentAsync(
        Guid transfer, byte[] content, Func<byte[], StoredPayment> sign, CancellationToken cancellationToken) => CommandAsync(
        () =>
        {
            if (_group is null || _conversation is not { Stage: ConversationStage.Joined })
            {
                throw new XChatException(ClientErrorReason.NotFound, "This device is not in that conversation (yet): nothing was paid.");
            }

            byte[] card = _group.Encrypt(content, transfer.ToByteArray(bigEndian: true), SizeClass.Of(content.Length));
            StoredPayment payment = sign(card);
            context.Store.Write(transaction =>
            {
                transaction.Put(payment);
                transaction.PutGroup(id, _group.Serialize());
            });
            return Task.FromResult(payment);
        },
        cancellationToken);
}
