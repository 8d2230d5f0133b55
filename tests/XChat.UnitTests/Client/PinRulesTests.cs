using NSec.Cryptography;

using XChat.Client;
using XChat.Client.Recovery;
using XChat.Crypto.Recovery;

namespace XChat.UnitTests.Client;

/// <summary>Which PINs are taken, which are warned of, and which realms are believed.</summary>
public sealed class PinRulesTests
{
    [Theory]
    [InlineData("1234")]
    [InlineData("4321")]
    [InlineData("0000")]
    [InlineData("777777")]
    [InlineData("1212")]
    [InlineData("1987")]
    [InlineData("2004")]
    [InlineData("240187")]
    [InlineData("19870124")]
    [InlineData("2580")]
    [InlineData("123456")]
    [InlineData("abcdef")]
    [InlineData("password")]
    public void What_anybody_would_try_first_is_warned_of(string pin)
    {
        PinRules.Require(pin);
        Assert.NotNull(PinRules.Weakness(pin));
    }

    [Theory]
    [InlineData("7391")]
    [InlineData("5082")]
    [InlineData("391746")]
    [InlineData("correct horse battery staple")]
    public void Others_are_not(string pin) => Assert.Null(PinRules.Weakness(pin));

    [Theory]
    [InlineData("")]
    [InlineData("123")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("äöüß")]
    [InlineData("12\t34")]
    public void What_is_no_pin_is_refused(string pin) =>
        Assert.Equal(ClientErrorReason.InvalidInput, Assert.Throws<XChatException>(() => PinRules.Require(pin)).Reason);

    [Fact]
    public void A_list_of_realms_is_replaced_only_by_its_signer_and_only_forward()
    {
        using Key signer = Key.Create(SignatureAlgorithm.Ed25519);
        using Key other = Key.Create(SignatureAlgorithm.Ed25519);
        byte[] first = Signed(1, signer);
        byte[] second = Signed(2, signer);

        Assert.Null(RealmTrust.Judge(null, first));
        Assert.Null(RealmTrust.Judge(first, first));
        Assert.Null(RealmTrust.Judge(first, second));
        Assert.NotNull(RealmTrust.Judge(second, first));
        Assert.NotNull(RealmTrust.Judge(first, Signed(1, signer)));
        Assert.NotNull(RealmTrust.Judge(first, Signed(2, other)));
        Assert.NotNull(RealmTrust.Judge(null, []));
        Assert.NotNull(RealmTrust.Judge(first, second[..^1]));
    }

    private static byte[] Signed(uint version, Key signer)
    {
        using RealmKeys realm = RealmKeys.FromSeed(System.Security.Cryptography.RandomNumberGenerator.GetBytes(RealmKeys.SeedSize));
        return new RealmConfiguration(version, 1, 1, true, [], [new RealmDescription("realm", "/", realm.PublicKey)]).Sign(signer);
    }
}
