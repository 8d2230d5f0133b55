using System.Security.Cryptography;

namespace XChat.Crypto.Transparency;

/// <summary>Checks of proofs about an append-only Merkle log (RFC 9162 section 2.1, the hashes of RFC 6962). Hashes are SHA-256, 32 bytes.</summary>
public static class MerkleProof
{
    private const int HashSize = 32;

    /// <summary>The root of the log without entries.</summary>
    public static byte[] EmptyRoot() => SHA256.HashData([]);

    /// <summary>The hash of an entry.</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry) => SHA256.HashData([0, .. entry]);

    /// <summary>The hash of a node over its two children.</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>Whether the entry with <paramref name="leafHash"/> stands at <paramref name="index"/> in the log of <paramref name="size"/> entries.</summary>
    public static bool VerifyInclusion(long index, long size, byte[] leafHash, IReadOnlyList<byte[]> proof, byte[] root)
    {
        if (index < 0 || index >= size || !AreHashes(proof) || leafHash.Length != HashSize)
        {
            return false;
        }

        (long node, long last) = (index, size - 1);
        byte[] hash = leafHash;
        foreach (byte[] sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && CryptographicOperations.FixedTimeEquals(hash, root);
    }

    /// <summary>Whether the log of <paramref name="newSize"/> entries begins with the log of <paramref name="oldSize"/> entries.</summary>
    public static bool VerifyConsistency(long oldSize, long newSize, byte[] oldRoot, byte[] newRoot, IReadOnlyList<byte[]> proof)
    {
        if (oldSize < 0 || newSize < oldSize || !AreHashes(proof))
        {
            return false;
        }

        if (oldSize == newSize)
        {
            return proof.Count == 0 && CryptographicOperations.FixedTimeEquals(oldRoot, newRoot);
        }

        if (oldSize == 0)
        {
            // Every log begins with nothing; there is nothing to prove.
            return proof.Count == 0 && CryptographicOperations.FixedTimeEquals(oldRoot, EmptyRoot());
        }

        bool powerOfTwo = (oldSize & (oldSize - 1)) == 0;
        List<byte[]> path = powerOfTwo ? [oldRoot, .. proof] : [.. proof];
        return path.Count > 0 && Climb(oldSize - 1, newSize - 1, path) is var (oldHash, newHash)
            && CryptographicOperations.FixedTimeEquals(oldHash, oldRoot) && CryptographicOperations.FixedTimeEquals(newHash, newRoot);
    }

    private static (byte[] Old, byte[] New)? Climb(long node, long last, List<byte[]> path)
    {
        while ((node & 1) == 1)
        {
            (node, last) = (node >> 1, last >> 1);
        }

        (byte[] oldHash, byte[] newHash) = (path[0], path[0]);
        foreach (byte[] sibling in path.Skip(1))
        {
            if (last == 0)
            {
                return null;
            }

            if ((node & 1) == 1 || node == last)
            {
                (oldHash, newHash) = (NodeHash(sibling, oldHash), NodeHash(sibling, newHash));
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                newHash = NodeHash(newHash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 ? (oldHash, newHash) : null;
    }

    private static bool AreHashes(IReadOnlyList<byte[]> proof) => proof.All(hash => hash.Length == HashSize);
}
