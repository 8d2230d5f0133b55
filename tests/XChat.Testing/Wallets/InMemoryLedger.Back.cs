using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Protocol.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>What goes back of transfers, and the bound to it.</summary>
public sealed partial class InMemoryLedger
{
    /// <inheritdoc/>
    public Task<GoneBack> SumBackAsync(TransferId transfer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(SumBack(transfer.Value, [.. _transfers.Values]));
        }
    }

    private bool GivesTooMuchBack(IReadOnlyList<LedgerChunk> chunks)
    {
        LedgerTransfer[] added = [.. chunks.SelectMany(chunk => chunk.Commands).SelectMany(command => command.Transfers)];
        LedgerTransfer[] after = [.. _transfers.Values, .. added];
        return added.Where(transfer => GoneBack.Is(transfer.Reason)).Any(transfer =>
        {
            GoneBack back = SumBack(transfer.Reference, after);
            return _transfers.GetValueOrDefault(new TransferId(transfer.Reference)) is not { } original
                || transfer.Kind != TransferKind.Posted || !AreSides(transfer, original)
                || back.Taken > MovedBy(original) || back.Given > MovedBy(original) || back.Credited < 0;
        });
    }

    private static bool AreSides(LedgerTransfer back, LedgerTransfer original) => back.Reason switch
    {
        TransferReason.Refund => back.Debit == original.Credit && back.Credit == original.Debit,
        TransferReason.ProvisionalCredit => back.Credit == original.Debit,
        TransferReason.CreditTakenBack => back.Debit == original.Debit,
        TransferReason.Chargeback => back.Debit == original.Credit,
        _ => true,
    };

    private long MovedBy(LedgerTransfer transfer) =>
        transfer.Kind == TransferKind.Posted ? transfer.MinorUnits : _resolutions.GetValueOrDefault(transfer.Id)?.PostedChange ?? 0;

    private GoneBack SumBack(Guid of, LedgerTransfer[] transfers)
    {
        long refunded = Sum(of, TransferReason.Refund);
        long corrected = Sum(of, TransferReason.Correction);
        long charged = Sum(of, TransferReason.Chargeback);
        long credited = Sum(of, TransferReason.ProvisionalCredit) - Sum(of, TransferReason.CreditTakenBack);
        long ofCredits = transfers.Where(transfer => transfer.Reference == of && transfer.Reason == TransferReason.ProvisionalCredit)
            .Sum(credit => Sum(credit.Id.Value, TransferReason.Correction));
        long takenBack = _transfers.GetValueOrDefault(new TransferId(of)) is { Reason: TransferReason.ProvisionalCredit } own
            ? Sum(own.Reference, TransferReason.CreditTakenBack)
            : 0;
        return new GoneBack(refunded + corrected + charged + takenBack, refunded + corrected + credited, credited - ofCredits);

        long Sum(Guid reference, TransferReason reason) =>
            transfers.Where(transfer => transfer.Reference == reference && transfer.Reason == reason).Sum(transfer => transfer.MinorUnits);
    }
}
