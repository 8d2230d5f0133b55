using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace XChat.Grains.Audit;

/// <summary>
/// Binds each operator action to all before it. Who edits, removes or inserts an entry has to recompute every hash after it, and then the
/// newest hash is not the one that was noted elsewhere.
/// </summary>
public static class OperatorChain
{
    private const string Label = "XChat 1.0 operator action";

    /// <summary>What stands before the first entry.</summary>
    public static byte[] Origin => new byte[SHA256.HashSizeInBytes];

    /// <summary>Gives an entry its place after the newest one; null for the first of all.</summary>
    public static OperatorAction Append(OperatorAction? newest, OperatorEntry entry, long timeMs)
    {
        byte[] previous = newest?.Hash ?? Origin;
        long seq = (newest?.Seq ?? 0) + 1;
        return new OperatorAction(seq, timeMs, entry, previous, HashOf(seq, timeMs, entry, previous));
    }

    /// <summary>What is wrong with an entry after the one before it, or null. The entry before is null for the first.</summary>
    public static string? Check(OperatorAction? before, OperatorAction action)
    {
        long expected = (before?.Seq ?? 0) + 1;
        return action.Seq != expected ? $"entry {expected} is missing: entry {action.Seq} follows"
            : !action.PreviousHash.AsSpan().SequenceEqual(before?.Hash ?? Origin) ? $"entry {action.Seq} does not follow from the entry before it"
            : !action.Hash.AsSpan().SequenceEqual(HashOf(action.Seq, action.TimeMs, action.Entry, action.PreviousHash))
                ? $"entry {action.Seq} was changed after it was written"
            : null;
    }

    /// <summary>
    /// SHA-256 over the label, seq and time (8 bytes each, big-endian), the stage (1 byte), the previous hash, and the four texts, each with
    /// its length in UTF-8 bytes before it (4 bytes), so that no text can pass for a part of another.
    /// </summary>
    private static byte[] HashOf(long seq, long timeMs, OperatorEntry entry, byte[] previous)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[17];
        BinaryPrimitives.WriteInt64BigEndian(numbers, seq);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], timeMs);
        numbers[16] = checked((byte)entry.Stage);
        hash.AppendData(Encoding.ASCII.GetBytes(Label));
        hash.AppendData(numbers);
        hash.AppendData(previous);
        Span<byte> length = stackalloc byte[4];
        foreach (string text in (ReadOnlySpan<string>)[entry.Operator, entry.Action, entry.Subject, entry.Detail])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}
