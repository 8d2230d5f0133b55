using System.Globalization;
using System.Text;

using CsCheck;

using XChat.Crypto.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>Whose webhooks are believed.</summary>
public sealed class WebhookSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly byte[] Secret = Read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    [Fact]
    public void The_signature_is_the_one_that_Standard_Webhooks_publishes()
    {
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSignature.Sign(Secret, Id, Time, Body));
        Assert.Equal(WebhookVerdict.Valid, Verify(WebhookSignature.Sign(Secret, Id, Time, Body)));
    }

    [Fact]
    public void Any_change_of_id_time_or_body_voids_it() => Gen.Select(Gen.Byte.Array[1, 64], Gen.Int[0, 2], Gen.Int[0, 10_000], Gen.Byte[1, 255])
        .Sample((body, where, at, flip) =>
        {
            string signed = WebhookSignature.Sign(Secret, Id, Time, body);
            byte[] other = [.. body];
            other[at % other.Length] ^= flip;
            WebhookVerdict verdict = where switch
            {
                0 => Verify(signed, id: Id + "x", body: body),
                1 => Verify(signed, timestamp: (Time.ToUnixTimeSeconds() + 1 + (at % 100)).ToString(CultureInfo.InvariantCulture), body: body),
                _ => Verify(signed, body: other),
            };
            return verdict == WebhookVerdict.SignatureInvalid;
        });

    [Fact]
    public void One_good_signature_among_several_is_enough_while_a_key_is_changed()
    {
        byte[] old = new byte[32];
        string both = $"{WebhookSignature.Sign(Secret, Id, Time, Body)} {WebhookSignature.Sign(old, Id, Time, Body)}";

        Assert.Equal(WebhookVerdict.Valid, Verify(both));
        Assert.Equal(WebhookVerdict.Valid, Verify(both, secrets: [old]));
        Assert.Equal(WebhookVerdict.Valid, Verify(WebhookSignature.Sign(old, Id, Time, Body), secrets: [Secret, old]));
        Assert.Equal(WebhookVerdict.SignatureInvalid, Verify(WebhookSignature.Sign(old, Id, Time, Body)));
        Assert.Equal(WebhookVerdict.SignatureInvalid, Verify(both, secrets: []));
    }

    [Theory]
    [InlineData(0, WebhookVerdict.Valid)]
    [InlineData(300, WebhookVerdict.Valid)]
    [InlineData(301, WebhookVerdict.Stale)]
    [InlineData(-300, WebhookVerdict.Valid)]
    [InlineData(-301, WebhookVerdict.Stale)]
    public void It_is_believed_for_five_minutes_either_way(int age, WebhookVerdict expected) =>
        Assert.Equal(expected, Verify(WebhookSignature.Sign(Secret, Id, Time, Body), now: Time.AddSeconds(age)));

    [Fact]
    public void A_forged_one_is_told_to_be_forged_however_old_it_is() =>
        Assert.Equal(WebhookVerdict.SignatureInvalid, Verify(WebhookSignature.Sign(new byte[32], Id, Time, Body), now: Time.AddDays(1)));

    [Theory]
    [InlineData(null, "1614265330", "v1,AAAA")]
    [InlineData("", "1614265330", "v1,AAAA")]
    [InlineData("msg.1", "1614265330", "v1,AAAA")]
    [InlineData("msg", null, "v1,AAAA")]
    [InlineData("msg", "-1", "v1,AAAA")]
    [InlineData("msg", "99999999999999999999", "v1,AAAA")]
    [InlineData("msg", "1614265330", null)]
    public void What_no_sender_writes_is_malformed(string? id, string? timestamp, string? signatures) =>
        Assert.Equal(WebhookVerdict.Malformed, WebhookSignature.Verify([Secret], id, timestamp, signatures, Body, Time));

    [Theory]
    [InlineData("v1,")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=AAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,!!!")]
    public void A_signature_that_is_none_counts_for_nothing(string signatures) =>
        Assert.Equal(WebhookVerdict.SignatureInvalid, Verify(signatures));

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_AAAA")]
    [InlineData("whsec_!!!!")]
    [InlineData(null)]
    public void A_secret_has_its_form(string? text) => Assert.False(WebhookSignature.TryReadSecret(text, out _));

    private static byte[] Read(string text)
    {
        Assert.True(WebhookSignature.TryReadSecret(text, out byte[]? secret));
        Assert.Equal(text, WebhookSignature.WriteSecret(secret));
        return secret;
    }

    private static WebhookVerdict Verify(
        string signatures, IReadOnlyList<byte[]>? secrets = null, string id = Id, string? timestamp = null, byte[]? body = null, DateTimeOffset? now = null) =>
        WebhookSignature.Verify(
            secrets ?? [Secret], id, timestamp ?? Time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), signatures, body ?? Body, now ?? Time);
}
