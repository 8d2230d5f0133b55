using System.Buffers.Binary;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;

namespace XChat.Testing.Conversations;

/// <summary>
/// MLS messages as far as a Delivery Service reads and verifies them (RFC 9420): leaves and key packages are signed by the keys of
/// <see cref="ScriptedDevices"/>, the rest is made up. For tests and load; no client could process them.
/// </summary>
public static class MlsBytes
{
    private const int HeaderBytes = 4;

    /// <summary>The identity in the credential of a device.</summary>
    public static byte[] IdentityOf(Caller device) =>
        [.. device.User.Value.ToByteArray(bigEndian: true), .. device.Device.Value.ToByteArray(bigEndian: true)];

    /// <summary>A key package of a device with which it can be added and can join.</summary>
    public static KeyPackageBundle NewKeyPackage(Caller device)
    {
        using Key key = ScriptedDevices.SigningKeyOf(device.Device);
        return KeyPackageBundle.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, IdentityOf(device), key, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort: false);
    }

    /// <summary>An application PrivateMessage whose ciphertext has the given number of bytes.</summary>
    public static byte[] Message(Guid group, long epoch, int ciphertextBytes = 64, byte filling = 7, byte[]? authenticatedData = null)
    {
        List<byte> bytes = [0, 1, 0, 2];
        AddVector(bytes, group.ToByteArray(bigEndian: true));
        AddNumber(bytes, epoch);
        bytes.Add(1);
        AddVector(bytes, authenticatedData ?? []);
        AddVector(bytes, new byte[28]);
        byte[] ciphertext = new byte[ciphertextBytes];
        Array.Fill(ciphertext, filling);
        AddVector(bytes, ciphertext);
        return [.. bytes];
    }

    /// <summary>A commit of <paramref name="committer"/> as PublicMessage, with an update path.</summary>
    public static byte[] Commit(
        Guid group, long epoch, int senderLeaf, Caller committer, IEnumerable<Caller>? adds = null, IEnumerable<int>? removes = null)
    {
        List<byte> bytes = [0, 1, 0, 1];
        AddVector(bytes, group.ToByteArray(bigEndian: true));
        AddNumber(bytes, epoch);
        bytes.Add(1);
        AddInt(bytes, senderLeaf);
        AddVector(bytes, []);
        bytes.Add(3);
        AddVector(bytes, Proposals(adds ?? [], removes ?? []));
        bytes.Add(1);
        AddNewLeaf(bytes, committer, group, senderLeaf);
        AddVector(bytes, []);
        AddVector(bytes, new byte[64]);
        AddVector(bytes, new byte[32]);
        AddVector(bytes, new byte[32]);
        return [.. bytes];
    }

    private static byte[] Proposals(IEnumerable<Caller> adds, IEnumerable<int> removes)
    {
        List<byte> bytes = [];
        foreach (int leaf in removes)
        {
            bytes.AddRange([1, 0, 3]);
            AddInt(bytes, leaf);
        }

        foreach (Caller device in adds)
        {
            using KeyPackageBundle package = NewKeyPackage(device);
            bytes.AddRange([1, 0, 1]);

            // The Welcome key behind a published package is not part of a commit.
            bytes.AddRange(package.KeyPackage.AsSpan()[HeaderBytes..^XWing.PublicKeySize]);
        }

        return [.. bytes];
    }

    /// <summary>The leaf node of a commit, signed for its group and place (RFC 9420 section 7.2).</summary>
    private static void AddNewLeaf(List<byte> bytes, Caller device, Guid group, int leaf)
    {
        List<byte> node = [];
        AddVector(node, new byte[32]);
        AddVector(node, ScriptedDevices.KeyOf(device.Device));
        node.AddRange([0, 1]);
        AddVector(node, IdentityOf(device));
        for (int list = 0; list < 5; list++)
        {
            AddVector(node, [0, 1]);
        }

        node.Add(3);
        AddVector(node, new byte[32]);
        AddVector(node, []);

        List<byte> place = [];
        AddVector(place, group.ToByteArray(bigEndian: true));
        AddInt(place, leaf);
        List<byte> signed = [];
        AddVector(signed, [.. "MLS 1.0 LeafNodeTBS"u8]);
        AddVector(signed, [.. node, .. place]);
        using Key key = ScriptedDevices.SigningKeyOf(device.Device);
        bytes.AddRange(node);
        AddVector(bytes, SignatureAlgorithm.Ed25519.Sign(key, [.. signed]));
    }

    private static void AddVector(List<byte> bytes, byte[] content)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        switch (content.Length)
        {
            case < 1 << 6:
                bytes.Add(length[3]);
                break;
            case < 1 << 14:
                bytes.AddRange([(byte)(length[2] | 0x40), length[3]]);
                break;
            default:
                bytes.AddRange([(byte)(length[0] | 0x80), length[1], length[2], length[3]]);
                break;
        }

        bytes.AddRange(content);
    }

    private static void AddNumber(List<byte> bytes, long value)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, value);
        bytes.AddRange(number);
    }

    private static void AddInt(List<byte> bytes, int value)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, value);
        bytes.AddRange(number);
    }
}
