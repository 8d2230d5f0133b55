using System.Buffers.Binary;
using System.Security.Cryptography;

namespace XChat.Crypto.Recovery;

/// <summary>The hash functions of ristretto255-SHA512 for one mode (RFC 9497 sections 3.1 and 4.1; RFC 9380 section 5.3.1).</summary>
internal sealed class OprfContext
{
    public static readonly OprfContext Base = new(mode: 0);
    public static readonly OprfContext Verifiable = new(mode: 1);

    private readonly byte[] _context;

    private OprfContext(byte mode) => _context = [.. "OPRFV1-"u8, mode, .. "-ristretto255-SHA512"u8];

    public byte[] HashToGroup(ReadOnlySpan<byte> input) => Ristretto.FromHash(Expand(input, [.. "HashToGroup-"u8, .. _context]));

    public byte[] HashToScalar(ReadOnlySpan<byte> input) => Ristretto.Reduce(Expand(input, [.. "HashToScalar-"u8, .. _context]));

    /// <summary>Derives a private key from a seed and a public label (RFC 9497 section 3.2.1).</summary>
    public byte[] DeriveKey(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> info)
    {
        byte[] input = [.. seed, .. Prefixed(info), 0];
        for (int counter = 0; counter <= byte.MaxValue; counter++)
        {
            input[^1] = (byte)counter;
            byte[] key = Ristretto.Reduce(Expand(input, [.. "DeriveKeyPair"u8, .. _context]));
            if (key.AsSpan().ContainsAnyExcept((byte)0))
            {
                return key;
            }
        }

        throw new CryptographicException("No key can be derived from the seed.");
    }

    public byte[] SeedTag() => [.. "Seed-"u8, .. _context];

    /// <summary>A byte string with its length in two octets in front.</summary>
    public static byte[] Prefixed(ReadOnlySpan<byte> bytes)
    {
        byte[] prefixed = new byte[bytes.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(prefixed, checked((ushort)bytes.Length));
        bytes.CopyTo(prefixed.AsSpan(2));
        return prefixed;
    }

    /// <summary>expand_message_xmd with SHA-512 to one block of 64 bytes (RFC 9380 section 5.3.1).</summary>
    private static byte[] Expand(ReadOnlySpan<byte> message, byte[] tag)
    {
        const int InputBlock = 128;
        byte[] tagged = [.. tag, checked((byte)tag.Length)];
        byte[] first = SHA512.HashData([.. new byte[InputBlock], .. message, 0, Ristretto.WideSize, 0, .. tagged]);
        return SHA512.HashData([.. first, 1, .. tagged]);
    }
}
