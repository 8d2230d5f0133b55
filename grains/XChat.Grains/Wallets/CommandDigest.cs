using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>SHA-256 over everything that a command asks for. Two commands of one id are the same if these are.</summary>
public static class CommandDigest
{
    private const byte PayTag = 1;
    private const byte TransferTag = 2;
    private const byte ResolveTag = 3;

    /// <summary>The canonical order says all of a payment, the card by its digest. Another signature over the same order changes nothing.</summary>
    public static byte[] Of(PayOrder request) => SHA256.HashData([PayTag, .. request.Order]);

    public static byte[] Of(WalletKey wallet, TransferMoney request)
    {
        Input input = new(stackalloc byte[Input.Size], TransferTag);
        input.Add(wallet);
        input.Add(request.Actor);
        foreach (TransferLeg leg in request.Legs)
        {
            input.Add(leg.Transfer.Value);
            input.Add(leg.Credit);
            input.Add(leg.Reference);
            input.Add(leg.MinorUnits);
            input.Add((long)leg.Reason);
            input.Add(leg.ExpiresAtMs);
        }

        return input.Hash();
    }

    public static byte[] Of(WalletKey wallet, ResolvePending request)
    {
        Input input = new(stackalloc byte[Input.Size], ResolveTag);
        input.Add(wallet);
        input.Add(request.Actor.Value);
        input.Add(request.Pending.Value);
        input.Add((long)request.Resolution);
        input.Add(request.MinorUnits);
        return input.Hash();
    }

    /// <summary>What is hashed; it moves to the heap when a command has many legs.</summary>
    private ref struct Input
    {
        /// <summary>Room for a command with two legs, bytes.</summary>
        public const int Size = 256;

        private Span<byte> _bytes;
        private int _length;

        public Input(Span<byte> bytes, byte tag)
        {
            _bytes = bytes;
            _bytes[_length++] = tag;
        }

        public void Add(Guid id) => id.TryWriteBytes(Take(16), bigEndian: true, out _);

        public void Add(long number) => BinaryPrimitives.WriteInt64BigEndian(Take(8), number);

        public void Add(WalletKey wallet)
        {
            Add(wallet.Owner);
            string extension = wallet.ToKeyExtension();
            Encoding.UTF8.GetBytes(extension, Take(Encoding.UTF8.GetByteCount(extension)));
        }

        public readonly byte[] Hash() => SHA256.HashData(_bytes[.._length]);

        private Span<byte> Take(int count)
        {
            if (_length + count > _bytes.Length)
            {
                byte[] more = new byte[2 * (_length + count)];
                _bytes[.._length].CopyTo(more);
                _bytes = more;
            }

            Span<byte> taken = _bytes.Slice(_length, count);
            _length += count;
            return taken;
        }
    }
}
