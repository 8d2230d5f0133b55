using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>
/// Moves a dispute's money, against one account in each currency in which the operator advances it: what is negative there is the operator's to make good.
/// Every transfer's id follows from the payment, the step and the try, so that a repeat moves nothing twice.
/// </summary>
public sealed class DisputeTransfers(IGrainFactory grains)
{
    private static readonly Guid Desk = new("019a0000-0000-7000-8000-0000000000d1");

    private static ReadOnlySpan<byte> Label => "XChat 1.0 dispute"u8;

    /// <summary>The account of the operator in a currency.</summary>
    public static WalletKey DeskIn(Currency currency) => new(WalletKind.Clearing, Desk, currency);

    /// <summary>Brings money to the payer.</summary>
    public Task<WalletStatus> CreditAsync(StoredDispute dispute, long minorUnits) => MoveAsync(
        dispute, minorUnits, DeskIn(dispute.Currency), WalletKey.Of(dispute.Payer, dispute.Currency), TransferReason.ProvisionalCredit);

    /// <summary>Charges the payee.</summary>
    public Task<WalletStatus> ChargeAsync(StoredDispute dispute, long minorUnits) => MoveAsync(
        dispute, minorUnits, WalletKey.Of(dispute.Payee, dispute.Currency), DeskIn(dispute.Currency), TransferReason.Chargeback);

    /// <summary>Takes a credit back from the payer.</summary>
    public Task<WalletStatus> TakeBackAsync(StoredDispute dispute, long minorUnits) => MoveAsync(
        dispute, minorUnits, WalletKey.Of(dispute.Payer, dispute.Currency), DeskIn(dispute.Currency), TransferReason.CreditTakenBack);

    private async Task<WalletStatus> MoveAsync(StoredDispute dispute, long minorUnits, WalletKey from, WalletKey to, TransferReason reason)
    {
        TransferId id = IdOf(dispute.Transfer, reason, dispute.Attempt);
        TransferDecided decided = await grains.Wallet(from).Transfer(new TransferMoney(
            id, Desk, [new TransferLeg(id, to, minorUnits, reason, 0, dispute.Transfer.Value)]));
        return decided.Status == WalletStatus.AlreadyAccepted ? WalletStatus.Accepted : decided.Status;
    }

    /// <summary>The first 16 bytes of SHA-256 over a label, payment, reason and try, as a UUID (version 8).</summary>
    private static TransferId IdOf(TransferId payment, TransferReason reason, int attempt)
    {
        Span<byte> input = stackalloc byte[Label.Length + 16 + 4 + 4];
        Label.CopyTo(input);
        Span<byte> rest = input[Label.Length..];
        payment.Value.TryWriteBytes(rest, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(rest[16..], (int)reason);
        BinaryPrimitives.WriteInt32BigEndian(rest[20..], attempt);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new TransferId(new Guid(hash[..16], bigEndian: true));
    }
}
