using System.Buffers.Binary;

using XChat.GrainInterfaces.Accounts;

namespace XChat.Testing.Conversations;

/// <summary>
/// MLS messages as far as a Delivery Service reads them (RFC 9420): well formed, with made-up ciphertexts and signatures. For tests and load;
/// no client could process them.
/// </summary>
public static class MlsBytes
{
    /// <summary>An application PrivateMessage whose ciphertext has the given number of bytes.</summary>
    public static byte[] Message(Guid group, long epoch, int ciphertextBytes = 64, byte filling = 7)
    {
        List<byte> bytes = [0, 1, 0, 2];
        AddVector(bytes, group.ToByteArray(bigEndian: true));
        AddNumber(bytes, epoch);
        bytes.Add(1);
        AddVector(bytes, []);
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
        AddLeafNode(bytes, committer, keyPackage: false);
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
            bytes.AddRange([1, 0, 1, 0, 1, 0, 1]);
            AddVector(bytes, new byte[32]);
            AddLeafNode(bytes, device, keyPackage: true);
            AddVector(bytes, []);
            AddVector(bytes, new byte[64]);
        }

        return [.. bytes];
    }

    private static void AddLeafNode(List<byte> bytes, Caller device, bool keyPackage)
    {
        AddVector(bytes, new byte[32]);
        AddVector(bytes, ScriptedDevices.KeyOf(device.Device));
        bytes.AddRange([0, 1]);
        AddVector(bytes, [.. device.User.Value.ToByteArray(bigEndian: true), .. device.Device.Value.ToByteArray(bigEndian: true)]);
        for (int list = 0; list < 5; list++)
        {
            AddVector(bytes, [0, 1]);
        }

        bytes.Add(keyPackage ? (byte)1 : (byte)3);
        if (keyPackage)
        {
            AddNumber(bytes, 0);
            AddNumber(bytes, long.MaxValue);
        }
        else
        {
            AddVector(bytes, new byte[32]);
        }

        AddVector(bytes, []);
        AddVector(bytes, new byte[64]);
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
