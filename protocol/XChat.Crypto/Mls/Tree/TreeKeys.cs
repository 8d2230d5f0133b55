using System.Security.Cryptography;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls.Tree;

/// <summary>The private keys that a member holds: of its own leaf and of nodes above it. Keys of nodes that changed since are dropped.</summary>
internal sealed class TreeKeys
{
    private readonly Dictionary<uint, (byte[] Private, byte[] Public)> _keys = [];

    public void Set(uint node, byte[] privateKey, byte[] publicKey) => _keys[node] = (privateKey, publicKey);

    public byte[]? Find(uint node) => _keys.TryGetValue(node, out (byte[] Private, byte[] Public) key) ? key.Private : null;

    /// <summary>A copy that holds only the keys which still belong to the tree.</summary>
    public TreeKeys CopyFor(RatchetTree tree)
    {
        TreeKeys copy = new();
        foreach ((uint node, (byte[] secret, byte[] publicKey)) in _keys)
        {
            if (node < tree.NodeCount && !tree.IsBlank(node) && tree.PublicKeyOf(node).AsSpan().SequenceEqual(publicKey))
            {
                copy._keys.Add(node, ([.. secret], publicKey));
            }
        }

        return copy;
    }

    public static TreeKeys Read(ref TlsReader reader)
    {
        TreeKeys keys = new();
        TlsReader inner = new(reader.Span());
        while (!inner.AtEnd)
        {
            keys._keys.Add(inner.U32(), (inner.Bytes(), inner.Bytes()));
        }

        return keys;
    }

    public void Write(TlsWriter writer) => writer.Vector(_keys, (inner, key) =>
    {
        inner.U32(key.Key);
        inner.Bytes(key.Value.Private);
        inner.Bytes(key.Value.Public);
    });

    public void Erase()
    {
        foreach ((byte[] secret, _) in _keys.Values)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
