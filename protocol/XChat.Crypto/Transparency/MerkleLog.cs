using System.Numerics;

namespace XChat.Crypto.Transparency;

/// <summary>
/// The hashes of an append-only Merkle log (RFC 9162 section 2.1), from which roots and proofs for any earlier size are read. It keeps the hash of every
/// complete subtree, 64 bytes an entry. Appending does not disturb who reads about an earlier size on the same thread.
/// </summary>
public sealed class MerkleLog
{
    private const int HashSize = 32;

    /// <summary>Level k holds the hashes of the complete subtrees over 2^k entries, in order.</summary>
    private readonly List<Level> _levels = [new Level()];

    /// <summary>Entries.</summary>
    public long Size => _levels[0].Count;

    /// <summary>Appends the hash of an entry (<see cref="MerkleProof.LeafHash"/>).</summary>
    public void Append(ReadOnlySpan<byte> leafHash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(leafHash.Length, HashSize);
        _levels[0].Add(leafHash);
        for (int level = 0; _levels[level].Count % 2 == 0; level++)
        {
            if (level + 1 == _levels.Count)
            {
                _levels.Add(new Level());
            }

            int last = _levels[level].Count - 1;
            _levels[level + 1].Add(MerkleProof.NodeHash(_levels[level][last - 1], _levels[level][last]));
        }
    }

    /// <summary>Forgets the entries behind a size.</summary>
    public void Truncate(long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        for (int level = 0; level < _levels.Count; level++)
        {
            _levels[level].Count = (int)(size >> level);
        }
    }

    /// <summary>The root over the first <paramref name="size"/> entries.</summary>
    public byte[] Root(long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return size == 0 ? MerkleProof.EmptyRoot() : HashOf(0, size);
    }

    /// <summary>Proves that the entry at <paramref name="index"/> stands in the log of <paramref name="size"/> entries.</summary>
    public IReadOnlyList<byte[]> ProveInclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        List<byte[]> path = [];
        AddPath(path, index, 0, size);
        return path;
    }

    /// <summary>Proves that the log of <paramref name="size"/> entries begins with that of <paramref name="oldSize"/>.</summary>
    public IReadOnlyList<byte[]> ProveConsistency(long oldSize, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        List<byte[]> proof = [];
        if (oldSize > 0 && oldSize < size)
        {
            AddSubproof(proof, oldSize, 0, size, known: true);
        }

        return proof;
    }

    /// <summary>PATH of the RFC, over the entries from <paramref name="begin"/> on.</summary>
    private void AddPath(List<byte[]> path, long index, long begin, long count)
    {
        if (count == 1)
        {
            return;
        }

        long left = Split(count);
        bool inLeft = index < left;
        AddPath(path, inLeft ? index : index - left, inLeft ? begin : begin + left, inLeft ? left : count - left);
        path.Add(inLeft ? HashOf(begin + left, count - left) : HashOf(begin, left));
    }

    /// <summary>SUBPROOF of the RFC; <paramref name="known"/>: the verifier has the hash of this subtree already.</summary>
    private void AddSubproof(List<byte[]> proof, long oldCount, long begin, long count, bool known)
    {
        if (oldCount == count)
        {
            if (!known)
            {
                proof.Add(HashOf(begin, count));
            }

            return;
        }

        long left = Split(count);
        if (oldCount <= left)
        {
            AddSubproof(proof, oldCount, begin, left, known);
            proof.Add(HashOf(begin + left, count - left));
        }
        else
        {
            AddSubproof(proof, oldCount - left, begin + left, count - left, known: false);
            proof.Add(HashOf(begin, left));
        }
    }

    private byte[] HashOf(long begin, long count)
    {
        if (BitOperations.IsPow2(count) && begin % count == 0)
        {
            int level = BitOperations.Log2((ulong)count);
            return _levels[level][(int)(begin >> level)].ToArray();
        }

        long left = Split(count);
        return MerkleProof.NodeHash(HashOf(begin, left), HashOf(begin + left, count - left));
    }

    /// <summary>The largest power of two below a count.</summary>
    private static long Split(long count) => 1L << BitOperations.Log2((ulong)(count - 1));

    private sealed class Level
    {
        private byte[] _hashes = new byte[HashSize * 4];

        public int Count { get; set; }

        public ReadOnlySpan<byte> this[int index] => _hashes.AsSpan(index * HashSize, HashSize);

        public void Add(ReadOnlySpan<byte> hash)
        {
            if ((Count + 1) * HashSize > _hashes.Length)
            {
                Array.Resize(ref _hashes, _hashes.Length * 2);
            }

            hash.CopyTo(_hashes.AsSpan(Count * HashSize));
            Count++;
        }
    }
}
