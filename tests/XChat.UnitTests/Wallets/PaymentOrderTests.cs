using CsCheck;

using NSec.Cryptography;

using XChat.Crypto.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>The canonical bytes of a payment order and the signature over them.</summary>
public sealed class PaymentOrderTests
{
    private static readonly PaymentOrder Order = new(
        Id(1), Id(2), Id(3), new Money(1234, new Currency("EUR")), new TransferId(Id(4)), 1_800_000_000_000, PaymentKind.Instant, TransferReason.Payment,
        Id(5), Id(6), [.. Enumerable.Range(0, 32).Select(number => (byte)number)]);

    [Fact]
    public void Bytes_are_those_that_other_languages_write()
    {
        const string Bytes =
            "0101014555520000000112344321010203040506070800000002123443210102030405060708000000031234432101020304050607080000000412344321010203040506"
            + "070800000005123443210102030405060708000000061234432101020304050607080000"
            + "0000000004d2000001a3185c5000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

        Assert.Equal(Bytes, Convert.ToHexStringLower(Order.Encode()));
    }

    [Fact]
    public void Bytes_decode_to_the_order_that_made_them()
    {
        Assert.True(PaymentOrder.TryDecode(Order.Encode(), out PaymentOrder? decoded));
        Assert.Equivalent(Order, decoded, strict: true);
    }

    [Fact]
    public void Any_changed_bit_voids_the_signature()
    {
        using Key key = new(SignatureAlgorithm.Ed25519);
        byte[] publicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        byte[] bytes = Order.Encode();
        byte[] signature = PaymentSignature.Sign(key, bytes);

        Assert.True(PaymentSignature.Verify(publicKey, bytes, signature));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(PaymentSignature.Verify(publicKey, bytes, signature), $"Bit {bit} is not signed.");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_signature_for_another_purpose_or_of_another_key_pays_nothing()
    {
        using Key key = new(SignatureAlgorithm.Ed25519);
        using Key other = new(SignatureAlgorithm.Ed25519);
        byte[] publicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        byte[] bytes = Order.Encode();

        Assert.False(PaymentSignature.Verify(publicKey, bytes, SignatureAlgorithm.Ed25519.Sign(key, bytes)));
        Assert.False(PaymentSignature.Verify(publicKey, bytes, PaymentSignature.Sign(other, bytes)));
        Assert.False(PaymentSignature.Verify(publicKey, bytes, []));
        Assert.False(PaymentSignature.Verify([1, 2, 3], bytes, PaymentSignature.Sign(key, bytes)));
    }

    [Fact]
    public void Foreign_bytes_decode_to_nothing_or_to_what_encodes_to_the_same()
    {
        byte[] valid = Order.Encode();
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte).Sample((place, value) =>
        {
            byte[] bytes = [.. valid];
            bytes[place] = value;
            return !PaymentOrder.TryDecode(bytes, out PaymentOrder? order) || order!.Encode().AsSpan().SequenceEqual(bytes);
        });
        Gen.Byte.Array[0, 300].Sample(bytes => bytes.Length == PaymentOrder.Size || !PaymentOrder.TryDecode(bytes, out _));
    }

    private static Guid Id(int seed) => new(seed, 0x1234, 0x4321, 1, 2, 3, 4, 5, 6, 7, 8);
}
