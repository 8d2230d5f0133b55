using XChat.Crypto.Hpke;

namespace XChat.UnitTests.Vectors;

/// <summary>The hybrid key encapsulation's vectors (draft-connolly-cfrg-xwing-kem appendix C).</summary>
[Trait("Category", "Vectors")]
public sealed class XWingVectorTests
{
    public static TheoryData<string> Files => VectorFolder.Files("xwing", "xwing");

    [Theory, MemberData(nameof(Files))]
    public void Keys_and_secrets_are_the_official_ones(string file) => VectorFolder.Check(file, _ => true, item =>
    {
        Assert.Equal(item.Hex("pk"), XWing.PublicKeyOf(item.Hex("seed")));
        (byte[] ciphertext, byte[] shared) = XWing.EncapsulateFrom(item.Hex("pk"), item.Hex("eseed"));
        Assert.Equal(item.Hex("ct"), ciphertext);
        Assert.Equal(item.Hex("ss"), shared);
        Assert.Equal(item.Hex("ss"), XWing.Decapsulate(item.Hex("ct"), item.Hex("sk")));

        (byte[] own, byte[] ownShared) = XWing.Encapsulate(item.Hex("pk"))!.Value;
        Assert.Equal(ownShared, XWing.Decapsulate(own, item.Hex("sk")));
        own[0] ^= 1;
        Assert.NotEqual(ownShared, XWing.Decapsulate(own, item.Hex("sk")));
        Assert.Null(XWing.Decapsulate(own.AsSpan(1), item.Hex("sk")));
        Assert.Null(XWing.Encapsulate(item.Hex("pk").AsSpan(1)));
    });
}
