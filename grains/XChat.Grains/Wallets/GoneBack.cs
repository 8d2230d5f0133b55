using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// What went back of a transfer, by refunds of its payee, by a dispute and by corrections together; all in minor units. The ledger takes nothing that would
/// make it more than had moved.
/// </summary>
/// <param name="Taken">What who got the money gave away again: refunded, charged back, corrected.</param>
/// <param name="Given">What who gave the money has back: refunded, corrected, or credited and not taken back.</param>
/// <param name="Credited">What stands of a dispute's credit.</param>
public readonly record struct GoneBack(long Taken, long Given, long Credited)
{
    /// <summary>Whether transfers for a reason give back another one, which is their reference.</summary>
    public static bool Is(TransferReason reason) => reason
        is TransferReason.Refund or TransferReason.Correction or TransferReason.ProvisionalCredit or TransferReason.CreditTakenBack
        or TransferReason.Chargeback;

    /// <summary>What a transfer has moved: of a pending one, what was posted.</summary>
    public static long MovedBy(TransferStanding transfer) => transfer.Kind switch
    {
        TransferKind.Posted => transfer.MinorUnits,
        TransferKind.Pending when transfer.Resolution == TransferKind.PostPending => transfer.ResolvedMinorUnits,
        _ => 0,
    };

    /// <summary>What may still go back for a reason; 0 when more has gone back than may.</summary>
    public long LeftFor(TransferReason reason, TransferStanding transfer)
    {
        long moved = MovedBy(transfer);
        return Math.Max(0, reason switch
        {
            TransferReason.ProvisionalCredit => moved - Given,
            TransferReason.Chargeback => moved - Taken,
            TransferReason.CreditTakenBack => Credited,
            _ => Math.Min(moved - Taken, moved - Given),
        });
    }
}
