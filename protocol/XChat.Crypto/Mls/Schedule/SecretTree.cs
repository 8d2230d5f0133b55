using System.Security.Cryptography;

using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>
/// The tree that gives every member its two ratchets (RFC 9420 section 9). Inner secrets are derived when first needed and erased as soon as
/// both children are known.
/// </summary>
internal sealed class SecretTree
{
    private readonly CipherSuite _suite;
    private readonly Dictionary<uint, byte[]> _nodes = [];
    private readonly Dictionary<uint, (HashRatchet Handshake, HashRatchet Application)> _ratchets = [];

    /// <summary>Takes the epoch's encryption secret over and erases the caller's copy: whoever kept it could derive every key again.</summary>
    public SecretTree(CipherSuite suite, uint leafCount, byte[] encryptionSecret)
    {
        (_suite, LeafCount) = (suite, leafCount);
        _nodes[TreeMath.Root(leafCount)] = [.. encryptionSecret];
        CryptographicOperations.ZeroMemory(encryptionSecret);
    }

    private SecretTree(CipherSuite suite, uint leafCount) => (_suite, LeafCount) = (suite, leafCount);

    public uint LeafCount { get; }

    public (uint Generation, RatchetKey Key) NextKey(uint leaf, bool application) => Ratchet(leaf, application).Next();

    public byte[]? TryKey(uint leaf, bool application, uint generation, Func<RatchetKey, byte[]?> use) =>
        Ratchet(leaf, application).Try(generation, use);

    public static SecretTree Read(CipherSuite suite, ref TlsReader reader)
    {
        SecretTree tree = new(suite, reader.U32());
        TlsReader nodes = new(reader.Span());
        while (!nodes.AtEnd)
        {
            tree._nodes.Add(nodes.U32(), nodes.Bytes());
        }

        TlsReader ratchets = new(reader.Span());
        while (!ratchets.AtEnd)
        {
            tree._ratchets.Add(ratchets.U32(), (HashRatchet.Read(suite, ref ratchets), HashRatchet.Read(suite, ref ratchets)));
        }

        return tree;
    }

    public void Write(TlsWriter writer)
    {
        writer.U32(LeafCount);
        writer.Vector(_nodes, (inner, node) =>
        {
            inner.U32(node.Key);
            inner.Bytes(node.Value);
        });
        writer.Vector(_ratchets, (inner, ratchet) =>
        {
            inner.U32(ratchet.Key);
            ratchet.Value.Handshake.Write(inner);
            ratchet.Value.Application.Write(inner);
        });
    }

    public void Erase()
    {
        foreach (byte[] secret in _nodes.Values)
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        foreach ((HashRatchet handshake, HashRatchet application) in _ratchets.Values)
        {
            handshake.Erase();
            application.Erase();
        }
    }

    private HashRatchet Ratchet(uint leaf, bool application)
    {
        if (!_ratchets.TryGetValue(leaf, out (HashRatchet Handshake, HashRatchet Application) pair))
        {
            uint node = TreeMath.NodeOf(leaf);
            Reveal(node);
            byte[] secret = _nodes[node];
            _ = _nodes.Remove(node);
            pair = (
                new HashRatchet(_suite, CipherSuite.ExpandWithLabel(secret, "handshake", [], CipherSuite.HashSize)),
                new HashRatchet(_suite, CipherSuite.ExpandWithLabel(secret, "application", [], CipherSuite.HashSize)));
            CryptographicOperations.ZeroMemory(secret);
            _ratchets.Add(leaf, pair);
        }

        return application ? pair.Application : pair.Handshake;
    }

    private void Reveal(uint node)
    {
        Stack<uint> above = new();
        for (uint at = node; !_nodes.ContainsKey(at); at = TreeMath.Parent(at))
        {
            above.Push(TreeMath.Parent(at));
        }

        foreach (uint parent in above)
        {
            byte[] secret = _nodes[parent];
            _ = _nodes.Remove(parent);
            _nodes[TreeMath.Left(parent)] = CipherSuite.ExpandWithLabel(secret, "tree", "left"u8, CipherSuite.HashSize);
            _nodes[TreeMath.Right(parent)] = CipherSuite.ExpandWithLabel(secret, "tree", "right"u8, CipherSuite.HashSize);
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
