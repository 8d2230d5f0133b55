using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

using XChat.Client.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Client;

/// <summary>Money.</summary>
public sealed partial class XChatClient
{
    /// <summary>The balances of the wallets in which anything has ever moved.</summary>
    public async Task<IReadOnlyList<WalletView>> BalancesAsync(CancellationToken cancellationToken = default) =>
        (await Context.Server.CallAsync(hub => hub.GetBalances(new GetBalancesRequest(null)), cancellationToken)).Wallets;

    /// <summary>
    /// Pays. The signed order is stored before it is sent; after a lost answer the same order is sent again, now or with the next connection, so that
    /// one call is one payment at most.
    /// </summary>
    /// <exception cref="XChatException">
    /// <see cref="ClientErrorReason.ServerUnreachable"/>: the outcome is not known yet; it settles by itself, and a <c>PaymentSettled</c> event tells.
    /// <see cref="ClientErrorReason.InvalidInput"/>, <see cref="ClientErrorReason.NotFound"/> and <see cref="ClientErrorReason.Refused"/>: nothing was
    /// sent; a PIN is needed, wrong, or was wrong too often.
    /// </exception>
    public Task<PaymentOutcome> PayAsync(PaymentDraft draft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (!draft.Amount.Currency.IsKnown() || draft.Amount.MinorUnits <= 0)
        {
            throw XChatException.Of(
                ClientErrorReason.InvalidInput,
                draft.Amount.Currency.IsKnown() ? nameof(WalletStatus.AmountInvalid) : nameof(WalletStatus.CurrencyMismatch),
                "a payment needs an amount above zero in a currency of ISO 4217.");
        }

        PaymentPin.Admit(draft.Amount, draft.Pin);
        return Sync.Payments.PayAsync(draft, cancellationToken);
    }

    /// <summary>Takes the money of a payment that waits for this person.</summary>
    public Task<PaymentOutcome> AcceptPaymentAsync(Guid transfer, CancellationToken cancellationToken = default) =>
        ResolveAsync(transfer, PaymentAnswer.Accept, cancellationToken);

    /// <summary>Sends the money of a payment that waits for this person back.</summary>
    public Task<PaymentOutcome> DeclinePaymentAsync(Guid transfer, CancellationToken cancellationToken = default) =>
        ResolveAsync(transfer, PaymentAnswer.Decline, cancellationToken);

    /// <summary>Takes an own payment back that waits for acceptance.</summary>
    public Task<PaymentOutcome> RecallPaymentAsync(Guid transfer, CancellationToken cancellationToken = default) =>
        ResolveAsync(transfer, PaymentAnswer.Recall, cancellationToken);

    /// <summary>A transfer to which this person is a party, as it stands in the ledger now: the state of a card, and a receipt.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.NotFound"/>.</exception>
    public async Task<TransferReceipt> GetTransferAsync(Guid transfer, CancellationToken cancellationToken = default) =>
        (await Context.Server.CallAsync(hub => hub.GetTransfer(transfer), cancellationToken)).Transfer
            ?? throw XChatException.Of(ClientErrorReason.NotFound, "TransferNotFound", "you are no party to such a transfer.");

    /// <summary>The statement of a wallet, newest first, read page by page as it is asked for.</summary>
    public async IAsyncEnumerable<StatementLine> StatementAsync(
        StatementQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        GetStatementRequest request = new(
            query.Currency.Code,
            0,
            Limits.StatementEntriesPerPage,
            query.From?.ToUnixTimeMilliseconds() ?? 0,
            query.Until?.ToUnixTimeMilliseconds() ?? 0,
            query.Reason,
            query.Direction);
        while (true)
        {
            GetStatementResult page = await Context.Server.CallAsync(hub => hub.GetStatement(request), cancellationToken);
            foreach (StatementLine line in page.Entries)
            {
                yield return line;
            }

            if (page.Next <= 0 || (request.Before > 0 && page.Next >= request.Before))
            {
                yield break;
            }

            request = request with { Before = page.Next };
        }
    }

    private async Task<PaymentOutcome> ResolveAsync(Guid transfer, PaymentAnswer answer, CancellationToken cancellationToken)
    {
        Guid command = CommandOf(transfer, answer, RequireSelf().User);
        PaymentResult result = await Context.Server.CallAsync(
            hub => hub.ResolvePayment(new ResolvePaymentRequest(command, transfer, answer)), cancellationToken);
        return PaymentOutcome.Of(transfer, result);
    }

    /// <summary>The same answer of the same person is the same command, on whichever device and however often: nothing needs to be kept for a repeat.</summary>
    private static Guid CommandOf(Guid transfer, PaymentAnswer answer, Guid user)
    {
        byte[] hash = SHA256.HashData(
        [
            .. Encoding.ASCII.GetBytes("XChat 1.0 payment answer"),
            (byte)answer,
            .. transfer.ToByteArray(bigEndian: true),
            .. user.ToByteArray(bigEndian: true),
        ]);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
