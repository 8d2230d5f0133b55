using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>
/// A commit that was made but not yet accepted by the delivery service. When it is accepted, <see cref="MlsGroup.Merge"/> takes it; when another
/// commit won the epoch, it is disposed of, which erases its secrets.
/// </summary>
public sealed class PendingCommit : IDisposable
{
    internal PendingCommit(byte[] message, byte[]? welcome, EpochState next) => (Message, Welcome, Next) = (message, welcome, next);

    /// <summary>The commit as an MLSMessage (PublicMessage).</summary>
    public byte[] Message { get; }

    /// <summary>The Welcome as an MLSMessage, when the commit adds anyone.</summary>
    public byte[]? Welcome { get; }

    /// <summary>The epoch that the commit ends.</summary>
    public long Epoch => (long)Next.Context.Epoch - 1;

    /// <summary>The members once the commit is accepted.</summary>
    public IReadOnlyList<MlsMember> Members => [.. Next.Tree.Members().Select(member => Next.Member(member.Index))];

    internal EpochState Next { get; }

    /// <summary>All of it, with secrets, for the device's own encrypted store.</summary>
    public byte[] Serialize() => TlsWriter.Encode(writer =>
    {
        writer.Bytes(Message);
        writer.Optional(Welcome, (inner, welcome) => inner.Bytes(welcome));
        Next.Write(writer);
    });

    /// <summary>The inverse of <see cref="Serialize"/>.</summary>
    public static PendingCommit Deserialize(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        PendingCommit commit = new(reader.Bytes(), reader.Present() ? reader.Bytes() : null, EpochState.Read(ref reader));
        reader.End();
        return commit;
    }

    /// <summary>Erases the secrets of an epoch that never came. Not to be called after <see cref="MlsGroup.Merge"/>.</summary>
    public void Dispose() => Next.Erase();
}
