using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Recovery;

namespace XChat.UnitTests.Recovery;

/// <summary>Only the realm whose key is pinned reads a call and answers it; sizes tell nothing.</summary>
public sealed class RealmCallTests : IDisposable
{
    private readonly RealmKeys _realm = RealmKeys.FromSeed(RandomNumberGenerator.GetBytes(RealmKeys.SeedSize));
    private readonly RealmKeys _other = RealmKeys.FromSeed(RandomNumberGenerator.GetBytes(RealmKeys.SeedSize));

    public void Dispose()
    {
        _realm.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_call_reaches_its_realm_and_the_answer_its_caller()
    {
        (RealmCall call, byte[] request) = RealmCall.Seal(_realm.PublicKey, "evaluate", [1, 2, 3], []);
        using RealmCall opened = _realm.Open("evaluate", request)!;
        byte[] response = opened.SealAnswer([4, 5]);

        Assert.Equal((byte[])[1, 2, 3], opened.Body);
        Assert.Empty(opened.Proof);
        Assert.Equal((byte[])[4, 5], call.OpenAnswer(response));
        Assert.NotEqual(response, opened.SealAnswer([4, 5]));
        call.Dispose();
    }

    [Fact]
    public void Calls_have_two_sizes_and_answers_one()
    {
        int small = Size([], []);
        Assert.Equal(small, Size(new byte[900], []));
        int large = Size([], [1]);
        Assert.Equal(large, Size(new byte[2000], new byte[DeviceProof.MaxBytes]));
        Assert.Equal((RealmCall.MaxRequestBytes, true), (large, small < large));
        using RealmCall call = _realm.Open("find", RealmCall.Seal(_realm.PublicKey, "find", [], []).Request)!;
        Assert.Equal(call.SealAnswer([]).Length, call.SealAnswer(new byte[3000]).Length);
        _ = Assert.Throws<ArgumentException>(() => call.SealAnswer(new byte[RealmCall.AnswerSize]));
        _ = Assert.Throws<ArgumentException>(() => RealmCall.Seal(_realm.PublicKey, "find", new byte[RealmCall.SmallSize], []));

        int Size(byte[] body, byte[] proof) => RealmCall.Seal(_realm.PublicKey, "find", body, proof).Request.Length;
    }

    [Fact]
    public void Another_realm_another_operation_or_a_changed_byte_opens_nothing()
    {
        (RealmCall call, byte[] request) = RealmCall.Seal(_realm.PublicKey, "evaluate", [1], []);
        using RealmCall opened = _realm.Open("evaluate", request)!;
        byte[] response = opened.SealAnswer([2]);

        Assert.Null(_other.Open("evaluate", request));
        Assert.Null(_realm.Open("release", request));
        Assert.Null(_realm.Open("evaluate", []));
        Assert.Null(_realm.Open("evaluate", request.AsSpan(1)));
        for (int i = 0; i < request.Length; i += 7)
        {
            byte[] changed = [.. request];
            changed[i] ^= 0x20;
            Assert.Null(_realm.Open("evaluate", changed));
        }

        Assert.Null(call.OpenAnswer([]));
        Assert.Null(call.OpenAnswer(new byte[response.Length]));
        using RealmCall stranger = _realm.Open("evaluate", RealmCall.Seal(_realm.PublicKey, "evaluate", [1], []).Request)!;
        Assert.Null(call.OpenAnswer(stranger.SealAnswer([2])));
        call.Dispose();
    }

    [Fact]
    public void A_stored_value_opens_only_in_its_place_and_with_its_realms_key()
    {
        byte[] stored = _realm.SealRecord([1], [7, 7, 7]);

        Assert.Equal((byte[])[7, 7, 7], _realm.OpenRecord([1], stored));
        Assert.Null(_realm.OpenRecord([2], stored));
        Assert.Null(_other.OpenRecord([1], stored));
        Assert.Null(_realm.OpenRecord([1], []));
        Assert.Equal(RealmKeys.IdOf(_realm.PublicKey), _realm.Realm);
    }

    [Fact]
    public void A_configuration_is_its_signers_and_breaks_no_bound()
    {
        using Key signer = Key.Create(SignatureAlgorithm.Ed25519);
        RealmDescription[] realms = [new("one", "https://one.example", _realm.PublicKey), new("two", "/", _other.PublicKey)];
        RealmConfiguration configuration = new(1, 2, 2, false, [], realms);
        byte[] written = configuration.Sign(signer);

        Assert.True(RealmConfiguration.TryVerify(written, out RealmConfiguration? read));
        Assert.Equal(["one", "two"], read.Realms.Select(realm => realm.Name));
        Assert.Equal(signer.PublicKey.Export(KeyBlobFormat.RawPublicKey), read.Signer);
        for (int i = 0; i < written.Length; i++)
        {
            byte[] changed = [.. written];
            changed[i] ^= 1;
            Assert.False(RealmConfiguration.TryVerify(changed, out _));
        }

        RealmConfiguration[] wrong =
        [
            configuration with { Version = 0 }, configuration with { Threshold = 3 }, configuration with { Threshold = 0 },
            configuration with { Realms = [] }, configuration with { Realms = [realms[0], realms[0]] },
            configuration with { Threshold = 1, RegisterAt = 1 }, configuration with { Realms = [realms[0], realms[1] with { Address = "ftp://x" }] },
            configuration with { Realms = [realms[0], realms[1] with { Name = new string('x', 100) }] },
        ];
        Assert.All(wrong, one => Assert.Throws<ArgumentException>(() => one.Sign(signer)));
    }
}
