using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace XChat.Grains.Wallets;

/// <summary>
/// The hash chain of an account's debits. Each transfer carries the hash over the one before it, and the account the hash over the last: nobody can
/// change, drop or insert one without making all later hashes wrong.
/// </summary>
public static class TransferChain
{
    /// <summary>Length of a hash, bytes.</summary>
    public const int HashSize = 32;

    private const string Label = "XChat 1.0 transfer";
    private const int Size = 18 + HashSize + (7 * 16) + (5 * 8) + 3 + 2;

    /// <summary>What the first transfer of a chain carries.</summary>
    public static byte[] Genesis { get; } = new byte[HashSize];

    /// <summary>
    /// SHA-256 over a label, the hash before, the UUIDs (debited and credited account, transfer, command, pending, reference, conversation; 16 bytes
    /// each), the numbers (seq, amount, reserved, expiry, time; 8 bytes each, big-endian), the currency's three letters, kind and reason (a byte each).
    /// </summary>
    public static byte[] HashOf(LedgerTransfer transfer)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Encoding.ASCII.GetBytes(Label, bytes);
        transfer.PreviousHash.CopyTo(bytes[Label.Length..]);
        Span<byte> rest = bytes[(Label.Length + HashSize)..];
        foreach (Guid id in (ReadOnlySpan<Guid>)
            [
                transfer.DebitAccount, transfer.CreditAccount, transfer.Id.Value, transfer.Command.Value, transfer.Pending.Value, transfer.Reference,
                transfer.Conversation,
            ])
        {
            id.TryWriteBytes(rest, bigEndian: true, out _);
            rest = rest[16..];
        }

        foreach (long number in (ReadOnlySpan<long>)
            [transfer.Seq, transfer.MinorUnits, transfer.Reserved, transfer.ExpiresAtMs, transfer.TimeMs])
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, number);
            rest = rest[8..];
        }

        Encoding.ASCII.GetBytes(transfer.Debit.Currency.Code, rest);
        (rest[3], rest[4]) = (checked((byte)transfer.Kind), checked((byte)transfer.Reason));
        return SHA256.HashData(bytes);
    }
}
