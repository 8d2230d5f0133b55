using System.Buffers.Binary;
using System.Security.Cryptography;

namespace XChat.Crypto.Transparency;

/// <summary>The newest statement of a label: where it stands in the log, its version, and its log hash.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Version">The version of the device list.</param>
/// <param name="StatementHash">32 bytes.</param>
public sealed record LatestStatement(long Index, long Version, byte[] StatementHash);

/// <summary>
/// A compressed binary prefix tree from 32-byte keys to the newest statement of each. Immutable: a change makes a new tree that shares what stayed the
/// same, and hashes are computed when they are first asked for. Which leaf the bits of a key lead to is fixed by the root, so one root has one answer.
/// <code>
/// leaf = SHA-256(2, key, index as uint64, version as uint64, statement hash)
/// node = SHA-256(3, depth as uint8, left, right)     depth: the first bit in which the keys below differ, counted from 0
/// </code>
/// </summary>
public sealed class PrefixTree
{
    internal const int KeyBits = 256;
    private const int HashSize = 32;

    private readonly Node? _root;

    private PrefixTree(Node? root) => _root = root;

    /// <summary>The tree without leaves; its root is the hash of nothing.</summary>
    public static PrefixTree Empty { get; } = new(null);

    /// <summary>The root hash, 32 bytes.</summary>
    public byte[] Root => _root is null ? MerkleProof.EmptyRoot() : [.. _root.Hash];

    /// <summary>The tree in which a key stands for this statement.</summary>
    public PrefixTree With(byte[] key, LatestStatement latest)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, HashSize);
        return new PrefixTree(_root is null ? new Leaf(key, latest) : Insert(_root, FirstDifference(Closest(key).Key, key), new Leaf(key, latest)));
    }

    /// <summary>What a key stands for, or null.</summary>
    public LatestStatement? Find(byte[] key) => _root is not null && Closest(key) is var leaf && leaf.Key.AsSpan().SequenceEqual(key) ? leaf.Latest : null;

    /// <summary>The way to a key that is there: for each node from the root down its depth (one byte) and the hash of the side not taken.</summary>
    public byte[] Prove(byte[] key)
    {
        using MemoryStream path = new();
        Node? node = _root;
        while (node is Inner inner)
        {
            (Node taken, Node other) = Bit(key, inner.Depth) ? (inner.Right, inner.Left) : (inner.Left, inner.Right);
            path.WriteByte(inner.Depth);
            path.Write(other.Hash);
            node = taken;
        }

        return node is Leaf leaf && leaf.Key.AsSpan().SequenceEqual(key)
            ? path.ToArray()
            : throw new ArgumentException("The tree has no such key.", nameof(key));
    }

    /// <summary>Whether a path leads from the root by the bits of the key to this statement. Never throws on foreign bytes.</summary>
    public static bool Verify(byte[] root, byte[] key, LatestStatement latest, ReadOnlySpan<byte> path)
    {
        const int StepSize = 1 + HashSize;
        if (key.Length != HashSize || latest.StatementHash.Length != HashSize || path.Length % StepSize != 0 || path.Length / StepSize > KeyBits)
        {
            return false;
        }

        byte[] hash = LeafHash(key, latest);
        int below = KeyBits;
        for (int at = path.Length - StepSize; at >= 0; at -= StepSize)
        {
            byte depth = path[at];
            if (depth >= below)
            {
                return false;
            }

            ReadOnlySpan<byte> other = path.Slice(at + 1, HashSize);
            hash = Bit(key, depth) ? InnerHash(depth, other, hash) : InnerHash(depth, hash, other);
            below = depth;
        }

        return CryptographicOperations.FixedTimeEquals(hash, root);
    }

    private static Node Insert(Node at, int difference, Leaf leaf)
    {
        if (difference == KeyBits && at is Leaf)
        {
            return leaf;
        }

        if (at is Inner inner && inner.Depth < difference)
        {
            return Bit(leaf.Key, inner.Depth)
                ? new Inner(inner.Depth, inner.Left, Insert(inner.Right, difference, leaf))
                : new Inner(inner.Depth, Insert(inner.Left, difference, leaf), inner.Right);
        }

        return Bit(leaf.Key, difference) ? new Inner((byte)difference, at, leaf) : new Inner((byte)difference, leaf, at);
    }

    /// <summary>The leaf that a key's bits lead to. It shares with the key all bits that any leaf shares with it.</summary>
    private Leaf Closest(byte[] key)
    {
        Node node = _root!;
        while (node is Inner inner)
        {
            node = Bit(key, inner.Depth) ? inner.Right : inner.Left;
        }

        return (Leaf)node;
    }

    private static int FirstDifference(byte[] one, byte[] other)
    {
        int at = one.AsSpan().CommonPrefixLength(other);
        return at == HashSize ? KeyBits : (at * 8) + System.Numerics.BitOperations.LeadingZeroCount((uint)(one[at] ^ other[at]) << 24);
    }

    private static bool Bit(byte[] key, int index) => (key[index >> 3] & (0x80 >> (index & 7))) != 0;

    private static byte[] LeafHash(byte[] key, LatestStatement latest)
    {
        Span<byte> content = stackalloc byte[1 + HashSize + 8 + 8 + HashSize];
        content[0] = 2;
        key.CopyTo(content[1..]);
        BinaryPrimitives.WriteInt64BigEndian(content[(1 + HashSize)..], latest.Index);
        BinaryPrimitives.WriteInt64BigEndian(content[(9 + HashSize)..], latest.Version);
        latest.StatementHash.CopyTo(content[(17 + HashSize)..]);
        return SHA256.HashData(content);
    }

    private static byte[] InnerHash(byte depth, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> content = stackalloc byte[2 + HashSize + HashSize];
        (content[0], content[1]) = (3, depth);
        left.CopyTo(content[2..]);
        right.CopyTo(content[(2 + HashSize)..]);
        return SHA256.HashData(content);
    }

    private abstract class Node
    {
        private byte[]? _hash;

        public byte[] Hash => _hash ??= ComputeHash();

        protected abstract byte[] ComputeHash();
    }

    private sealed class Leaf(byte[] key, LatestStatement latest) : Node
    {
        public byte[] Key => key;

        public LatestStatement Latest => latest;

        protected override byte[] ComputeHash() => LeafHash(key, latest);
    }

    private sealed class Inner(byte depth, Node left, Node right) : Node
    {
        public byte Depth => depth;

        public Node Left => left;

        public Node Right => right;

        protected override byte[] ComputeHash() => InnerHash(depth, left.Hash, right.Hash);
    }
}
