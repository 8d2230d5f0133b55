using System.Buffers.Binary;
using System.Security.Cryptography;

using CsCheck;

using NSec.Cryptography;

using XChat.Crypto.Wallets;
using XChat.Grains.Wallets.RedPackets;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>How a red packet is shared out, and the order that fills it.</summary>
public sealed class RedPacketRulesTests
{
    private static readonly RedPacketOrder Order = new(
        Id(1), Id(2), Id(3), Id(4), new Money(1000, new Currency("EUR")), 5, RedPacketMode.Lucky, 1_800_000_000_000);

    [Fact]
    public void Shares_add_up_exactly_and_nobody_gets_nothing_in_either_mode()
    {
        using RandomNumberGenerator random = RandomNumberGenerator.Create();
        Gen.Select(Gen.Int[1, 1000], Gen.Long[0, 100_000_000_000], Gen.Bool).Sample((count, more, lucky) =>
        {
            long total = Math.Min(count + more, 100_000_000_000);
            long[] shares = Draw(lucky ? RedPacketMode.Lucky : RedPacketMode.Equal, total, count, random);
            Assert.Equal(total, shares.Sum());
            Assert.Equal(count, shares.Length);
            Assert.True(shares.Min() >= 1, $"{total} in {count}");
            Assert.True(lucky || shares.Max() - shares.Min() <= 1, $"{total} in {count}");
        });
    }

    [Fact]
    public void A_lucky_share_is_uniform_from_one_to_twice_the_average()
    {
        using RandomNumberGenerator random = RandomNumberGenerator.Create();
        const int Draws = 100_000;
        int[] counts = new int[41];
        for (int draw = 0; draw < Draws; draw++)
        {
            counts[RedPacketRules.ShareOf(RedPacketMode.Lucky, 100, 5, random)]++;
        }

        // Forty values, 2,500 of each expected. Chi-square with 39 degrees of freedom is above 90 less than once in a hundred thousand runs.
        double chiSquare = counts[1..].Sum(count => Math.Pow(count - (Draws / 40.0), 2) / (Draws / 40.0));
        Assert.Equal(0, counts[0]);
        Assert.True(chiSquare < 90, $"Chi-square is {chiSquare}.");
    }

    [Fact]
    public void A_draw_that_would_favour_small_shares_is_thrown_away()
    {
        // 2^64 is 1 more than a multiple of 3: the last number that can be drawn is one too many.
        using ScriptedRandom random = new(ulong.MaxValue, 4);

        Assert.Equal(2, RedPacketRules.ShareOf(RedPacketMode.Lucky, 6, 4, random));
        Assert.Equal(0, random.Left);
    }

    [Fact]
    public void The_last_takes_the_rest_without_a_draw()
    {
        using ScriptedRandom random = new();

        Assert.Equal(77, RedPacketRules.ShareOf(RedPacketMode.Lucky, 77, 1, random));
        Assert.Equal(77, RedPacketRules.ShareOf(RedPacketMode.Equal, 77, 1, random));
    }

    [Fact]
    public void Bytes_of_an_order_are_those_that_other_languages_write_and_decode_to_it()
    {
        const string Bytes =
            "0102455552000000011234432101020304050607080000000212344321010203040506070800000003123443210102030405060708000000041234432101020304050607"
            + "0800000000000003e800000005000001a3185c5000";

        Assert.Equal(Bytes, Convert.ToHexStringLower(Order.Encode()));
        Assert.True(RedPacketOrder.TryDecode(Order.Encode(), out RedPacketOrder? decoded));
        Assert.Equal(Order, decoded);
    }

    [Fact]
    public void Any_changed_bit_voids_the_signature_and_no_payment_passes_for_a_packet()
    {
        using Key key = new(SignatureAlgorithm.Ed25519);
        byte[] publicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        byte[] bytes = Order.Encode();
        byte[] signature = RedPacketSignature.Sign(key, bytes);

        Assert.True(RedPacketSignature.Verify(publicKey, bytes, signature));
        Assert.False(PaymentSignature.Verify(publicKey, bytes, signature));
        Assert.False(RedPacketSignature.Verify(publicKey, bytes, PaymentSignature.Sign(key, bytes)));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(RedPacketSignature.Verify(publicKey, bytes, signature), $"Bit {bit} is not signed.");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Foreign_bytes_decode_to_nothing_or_to_what_encodes_to_the_same() => Gen.Byte.Array[RedPacketOrder.Size].Sample(bytes =>
    {
        (bytes[0], bytes[1]) = (1, (byte)(1 + (bytes[1] % 3)));
        "EUR"u8.CopyTo(bytes.AsSpan(2));
        return !RedPacketOrder.TryDecode(bytes, out RedPacketOrder? order) || order!.Encode().AsSpan().SequenceEqual(bytes);
    });

    private static long[] Draw(RedPacketMode mode, long total, int count, RandomNumberGenerator random)
    {
        long[] shares = new long[count];
        for (int index = 0; index < count; index++)
        {
            shares[index] = RedPacketRules.ShareOf(mode, total, count - index, random);
            total -= shares[index];
        }

        return shares;
    }

    private static Guid Id(int seed) => new(seed, 0x1234, 0x4321, 1, 2, 3, 4, 5, 6, 7, 8);

    /// <summary>Draws what a test says.</summary>
    private sealed class ScriptedRandom(params ulong[] draws) : RandomNumberGenerator
    {
        private readonly Queue<ulong> _draws = new(draws);

        public int Left => _draws.Count;

        public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

        public override void GetBytes(Span<byte> data) => BinaryPrimitives.WriteUInt64BigEndian(data, _draws.Dequeue());
    }
}
