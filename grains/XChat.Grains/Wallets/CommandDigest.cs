using System.Buffers.Binary;
using System.Globalization;
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
    public static byte[] Of(PayOrder request)
    {
        Input input = new(stackalloc byte[Input.Size], PayTag);
        input.Add(request.Order);
        return input.Hash();
    }

    public static byte[] Of(WalletKey wallet, TransferMoney request)
    {
        Input input = new(stackalloc byte[Input.Size], TransferTag);
        input.Add(wallet);
        input.Add(request.Actor);
        for (int index = 0; index < request.Legs.Count; index++)
        {
            TransferLeg leg = request.Legs[index];
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

        // Of 32 bits, with a sign.
        private const int MostDigits = 11;

        private Span<byte> _bytes;
        private int _length;

        public Input(Span<byte> bytes, byte tag)
        {
            _bytes = bytes;
            _bytes[_length++] = tag;
        }

        public void Add(Guid id) => id.TryWriteBytes(Take(16), bigEndian: true, out _);

        public void Add(long number) => BinaryPrimitives.WriteInt64BigEndian(Take(8), number);

        public void Add(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

        /// <summary>The owner, and what <see cref="WalletKey.ToKeyExtension"/> says, without making a string of it.</summary>
        public void Add(WalletKey wallet)
        {
            Add(wallet.Owner);
            Span<byte> kind = stackalloc byte[MostDigits];
            ((int)wallet.Kind).TryFormat(kind, out int digits, provider: CultureInfo.InvariantCulture);
            Add(kind[..digits]);
            Add("."u8);
            string currency = wallet.Currency.Code ?? string.Empty;
            Encoding.UTF8.GetBytes(currency, Take(Encoding.UTF8.GetByteCount(currency)));
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
