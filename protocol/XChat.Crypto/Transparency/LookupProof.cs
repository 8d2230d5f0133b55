using System.Diagnostics.CodeAnalysis;

namespace XChat.Crypto.Transparency;

/// <summary>
/// Proves that a statement is the newest of its label under a head: it stands in the log, and the map leads from the label to it.
/// </summary>
/// <param name="Index">The statement's place in the log, from 0.</param>
/// <param name="Inclusion">Its inclusion proof in the Merkle log.</param>
/// <param name="Path">The way to it in the prefix tree (<see cref="PrefixTree.Prove"/>).</param>
public sealed record LookupProof(long Index, IReadOnlyList<byte[]> Inclusion, byte[] Path)
{
    /// <summary>Verifies the proof and reads the statement. Never throws on foreign bytes.</summary>
    /// <param name="head">A head whose signature and consistency the caller has checked.</param>
    /// <param name="label">The label that was asked for.</param>
    /// <param name="statement">The bytes of the statement as they stand in the log.</param>
    /// <param name="read">What they say; null unless the result is true.</param>
    public bool Verify(LogHead head, string label, byte[] statement, [NotNullWhen(true)] out AccountStatement? read)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (!AccountStatement.TryDecode(statement, out read) || read.Label != label)
        {
            read = null;
            return false;
        }

        byte[] hash = MerkleProof.LeafHash(statement);
        bool proven = MerkleProof.VerifyInclusion(Index, head.Size, hash, Inclusion, head.LogRoot)
            && PrefixTree.Verify(head.MapRoot, AccountStatement.KeyOf(label), new LatestStatement(Index, read.Version, hash), Path);
        read = proven ? read : null;
        return proven;
    }
}
