using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Disputes;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Corrections;

/// <summary>What puts an error right: never a change of the transfer, but a reverse one. Without an order, why not.</summary>
/// <param name="From">The wallet that gives the money back.</param>
/// <param name="Order">What that wallet is told; null when nothing can be corrected.</param>
/// <param name="Problem">Why nothing can be corrected; empty when it can.</param>
public sealed record Correction(WalletKey From, TransferMoney? Order, string Problem);

/// <summary>
/// Which reverse transfer corrects a transfer. People get and give back what they gave and got; where the other side is a rail, a red packet or another
/// account of the server's, whose books are held against something else, the operator's own account takes its place.
/// </summary>
public static class CorrectionRules
{
    private static ReadOnlySpan<byte> Label => "XChat 1.0 correction"u8;

    /// <summary>Decides.</summary>
    /// <param name="transfer">The transfer that was wrong, as it stands.</param>
    /// <param name="back">What of it went back before.</param>
    /// <param name="minorUnits">How much of it; null for all that is left.</param>
    /// <param name="attempt">How many tries for that amount the ledger has kept refusals of.</param>
    public static Correction Decide(TransferStanding transfer, GoneBack back, long? minorUnits, int attempt)
    {
        if (GoneBack.MovedBy(transfer) == 0)
        {
            return Refuse("no money has moved by it: name the payment itself, and wait until one that is pending has ended");
        }

        if (!IsPersons(transfer.Debit) && !IsPersons(transfer.Credit))
        {
            return Refuse("nobody's wallet is part of it");
        }

        long left = back.LeftFor(TransferReason.Correction, transfer);
        long amount = minorUnits ?? left;
        if (amount <= 0 || amount > left)
        {
            return Refuse($"{new Money(left, transfer.Debit.Currency)} of it are left to correct");
        }

        (WalletKey from, WalletKey to) = (SideOf(transfer.Credit), SideOf(transfer.Debit));
        TransferId id = IdOf(transfer.Transfer, amount, attempt);
        TransferLeg leg = new(id, to, amount, TransferReason.Correction, 0, transfer.Transfer.Value);
        return new Correction(from, new TransferMoney(id, Guid.Empty, [leg]), string.Empty);
    }

    private static Correction Refuse(string problem) => new(default, null, problem);

    private static bool IsPersons(WalletKey wallet) => wallet.Kind == WalletKind.User;

    /// <summary>The account that stands for a side of the transfer.</summary>
    private static WalletKey SideOf(WalletKey wallet) => IsPersons(wallet) ? wallet : DisputeTransfers.DeskIn(wallet.Currency);

    /// <summary>
    /// The first 16 bytes of SHA-256 over a label, the transfer, the amount and, from the second on, the try, as a UUID (version 8): whoever asks again after a
    /// lost answer asks for the same correction, which is made once.
    /// </summary>
    public static TransferId IdOf(TransferId transfer, long amount, int attempt)
    {
        Span<byte> input = stackalloc byte[Label.Length + 16 + 8 + 4];
        Label.CopyTo(input);
        Span<byte> rest = input[Label.Length..];
        transfer.Value.TryWriteBytes(rest, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(rest[16..], amount);
        BinaryPrimitives.WriteInt32BigEndian(rest[24..], attempt);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(attempt == 0 ? input[..^4] : input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new TransferId(new Guid(hash[..16], bigEndian: true));
    }
}
