using NSec.Cryptography;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>
/// A commit that was made but not yet accepted by the delivery service. When it is accepted, <see cref="NextGroup"/> replaces the group; when
/// another commit won the epoch, this one is dropped.
/// </summary>
public sealed class PendingCommit : IDisposable
{
    internal PendingCommit(byte[] message, byte[]? welcome, MlsGroup nextGroup, long epoch) =>
        (Message, Welcome, NextGroup, Epoch) = (message, welcome, nextGroup, epoch);

    /// <summary>The commit as an MLSMessage (PublicMessage).</summary>
    public byte[] Message { get; }

    /// <summary>The Welcome as an MLSMessage, when the commit adds anyone.</summary>
    public byte[]? Welcome { get; }

    /// <summary>The group after this commit.</summary>
    public MlsGroup NextGroup { get; }

    /// <summary>The epoch that the commit ends.</summary>
    public long Epoch { get; }

    /// <summary>All of it, with secrets, for the device's own encrypted store.</summary>
    public byte[] Serialize() => TlsWriter.Encode(writer =>
    {
        writer.Bytes(Message);
        writer.Optional(Welcome, (inner, welcome) => inner.Bytes(welcome));
        writer.U64((ulong)Epoch);
        writer.Bytes(NextGroup.Serialize());
    });

    /// <summary>The inverse of <see cref="Serialize"/>.</summary>
    public static PendingCommit Deserialize(ReadOnlySpan<byte> bytes, Key signatureKey)
    {
        TlsReader reader = new(bytes);
        byte[] message = reader.Bytes();
        byte[]? welcome = reader.Present() ? reader.Bytes() : null;
        long epoch = (long)reader.U64();
        return new PendingCommit(message, welcome, MlsGroup.Deserialize(reader.Span(), signatureKey), epoch);
    }

    /// <inheritdoc/>
    public void Dispose() => NextGroup.Dispose();
}
