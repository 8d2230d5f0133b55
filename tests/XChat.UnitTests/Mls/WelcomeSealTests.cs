using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;
using XChat.Protocol;
using XChat.UnitTests.HouseRules;

namespace XChat.UnitTests.Mls;

/// <summary>The post-quantum layer of Welcomes: it is there, nobody takes it off, and what was made before it still works.</summary>
public sealed class WelcomeSealTests : IDisposable
{
    private const MlsCipherSuite Suite = MlsCipherSuite.X25519Aes128GcmSha256Ed25519;

    private readonly Key _signing = Key.Create(SignatureAlgorithm.Ed25519);
    private readonly TestMember _alice = new("alice");

    public WelcomeSealTests() => _alice.Found(Guid.NewGuid().ToByteArray());

    public void Dispose()
    {
        _alice.Dispose();
        _signing.Dispose();
    }

    [Theory]
    [InlineData(MlsCipherSuite.X25519Aes128GcmSha256Ed25519)]
    [InlineData(MlsCipherSuite.X25519ChaCha20Poly1305Sha256Ed25519)]
    public void Every_new_member_gets_an_entry_of_its_own_sealed_to_its_key(MlsCipherSuite suite)
    {
        using TestMember founder = new("founder") { Suite = suite };
        founder.Found([1]);
        using KeyPackageBundle bob = Package(suite: suite);
        using KeyPackageBundle carol = Package(suite: suite, key: Key.Create(SignatureAlgorithm.Ed25519));

        byte[] welcome = founder.Commit([bob.KeyPackage, carol.KeyPackage], []).Welcome!;

        Assert.All(Parse(welcome).Secrets, entry => Assert.Equal(XWing.CiphertextSize, entry.Secrets.KemOutput.Length));
        Assert.Equal(2, Parse(welcome).Secrets.Select(entry => Convert.ToHexString(entry.Secrets.KemOutput)).Distinct().Count());
        using MlsGroup joined = Join(welcome, bob);
        Assert.Equal(3, joined.Members.Count);
    }

    [Fact]
    public void Whoever_has_both_X25519_keys_but_not_the_Welcome_key_opens_nothing()
    {
        using KeyPackageBundle bob = Package();
        byte[] welcome = _alice.Commit([bob.KeyPackage], []).Welcome!;
        using KeyPackageBundle broken = new(bob.Package, bob.InitPrivate, bob.LeafPrivate);
        using KeyPackageBundle guessed = new(bob.Package, bob.InitPrivate, bob.LeafPrivate, new byte[XWing.SecretSize]);

        Assert.Equal(MlsError.BadCiphertext, Refused(() => Join(welcome, broken)));
        Assert.Equal(MlsError.BadCiphertext, Refused(() => Join(welcome, guessed)));
        Join(welcome, bob).Dispose();
    }

    [Theory]
    [InlineData("stripped")]
    [InlineData("swapped")]
    [InlineData("truncated")]
    [InlineData("extended")]
    public void A_key_package_without_the_key_that_it_promises_is_refused_by_everyone(string how)
    {
        using KeyPackageBundle bob = Package();
        using KeyPackageBundle mallory = Package();
        byte[] bare = bob.KeyPackage[..^XWing.PublicKeySize];
        byte[] changed = how switch
        {
            "stripped" => bare,
            "swapped" => [.. bare, .. mallory.KeyPackage[^XWing.PublicKeySize..]],
            "truncated" => bob.KeyPackage[..^1],
            _ => [.. bob.KeyPackage, 0],
        };

        Assert.Equal(MlsError.Downgraded, Refused(() => KeyPackageInspector.Inspect(changed)));
        Assert.Equal(MlsError.Downgraded, Refused(() => _alice.Commit([changed], [])));
        Assert.True(KeyPackageInspector.Inspect(bob.KeyPackage).WelcomeKey);
    }

    [Fact]
    public void A_promise_that_was_taken_out_of_a_key_package_breaks_its_signature()
    {
        using KeyPackageBundle bob = Package();
        KeyPackage without = bob.Package with { Extensions = [] };
        byte[] changed = TlsWriter.Encode(MlsMessage.Of(without).Write);

        Assert.Equal(MlsError.BadSignature, Refused(() => KeyPackageInspector.Inspect(changed)));
        Assert.Equal(MlsError.BadSignature, Refused(() => _alice.Commit([changed], [])));
    }

    [Fact]
    public void A_Welcome_that_is_not_sealed_is_refused_by_a_device_that_has_a_Welcome_key()
    {
        using KeyPackageBundle bob = Package();
        byte[] welcome = _alice.Commit([bob.KeyPackage], []).Welcome!;
        Welcome sealedWelcome = Parse(welcome);
        byte[] hash = CipherSuite.Hash(sealedWelcome.EncryptedGroupInfo);
        EncryptedGroupSecrets plain = WelcomeSeal.Open(bob.WelcomeSeed!, (ushort)Suite, Assert.Single(sealedWelcome.Secrets), hash);
        byte[] stripped = Bytes(sealedWelcome with { Secrets = [plain] });

        Assert.Equal(MlsError.Downgraded, Refused(() => Join(stripped, bob)));

        // It is nothing but the seal that is missing: a bundle of before opens it.
        using KeyPackageBundle before = new(bob.Package, bob.InitPrivate, bob.LeafPrivate);
        Join(stripped, before).Dispose();
    }

    [Fact]
    public void An_entry_opens_for_its_package_in_its_Welcome_and_nowhere_else()
    {
        using KeyPackageBundle bob = Package();
        using KeyPackageBundle carol = Package(key: Key.Create(SignatureAlgorithm.Ed25519));
        Welcome welcome = Parse(_alice.Commit([bob.KeyPackage, carol.KeyPackage], []).Welcome!);
        EncryptedGroupSecrets entry = welcome.Secrets[0];
        byte[] hash = CipherSuite.Hash(welcome.EncryptedGroupInfo);
        Welcome other = Parse(_alice.Commit([bob.KeyPackage], []).Welcome!);

        Assert.Equal(bob.Reference, WelcomeSeal.Open(bob.WelcomeSeed!, (ushort)Suite, entry, hash).NewMember);
        Assert.Equal(MlsError.BadCiphertext, Refused(() => WelcomeSeal.Open(carol.WelcomeSeed!, (ushort)Suite, entry, hash)));
        Assert.Equal(
            MlsError.BadCiphertext,
            Refused(() => WelcomeSeal.Open(bob.WelcomeSeed!, (ushort)Suite, entry with { NewMember = carol.Reference }, hash)));
        Assert.Equal(MlsError.BadCiphertext, Refused(() => WelcomeSeal.Open(bob.WelcomeSeed!, 3, entry, hash)));
        Assert.Equal(
            MlsError.BadCiphertext,
            Refused(() => WelcomeSeal.Open(bob.WelcomeSeed!, (ushort)Suite, entry, CipherSuite.Hash(other.EncryptedGroupInfo))));
        byte[] replayed = Bytes(other with { Secrets = [entry] });
        Assert.Equal(MlsError.BadCiphertext, Refused(() => Join(replayed, bob)));
        byte[] crossed = Bytes(welcome with { Secrets = [entry with { Secrets = welcome.Secrets[1].Secrets }, welcome.Secrets[1]] });
        Assert.Equal(MlsError.BadCiphertext, Refused(() => Join(crossed, bob)));
    }

    [Fact]
    public void What_was_stored_before_there_were_Welcome_keys_still_works()
    {
        Dictionary<string, byte[]> old = File.ReadLines(Path.Combine(SourceTree.Root, "tests", "golden", "before-welcome-keys.txt"))
            .Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));
        using Key key = Key.Import(SignatureAlgorithm.Ed25519, old["signature-key"], KeyBlobFormat.RawPrivateKey);
        using KeyPackageBundle bundle = KeyPackageBundle.Deserialize(old["bundle"]);

        Assert.Equal(old["bundle"], bundle.Serialize());
        Assert.Equal(old["key-package"], bundle.KeyPackage);
        Assert.False(bundle.HasWelcomeKey);
        Assert.False(KeyPackageInspector.Inspect(old["key-package"]).WelcomeKey);
        using MlsGroup joined = MlsGroup.Join(old["welcome"], [bundle], key, TestMember.Anyone);
        MlsApplication read = Assert.IsType<MlsApplication>(joined.Process(old["message"], TestMember.Anyone));
        Assert.Equal("from before"u8, read.Plaintext.AsSpan()[..11]);
    }

    [Fact]
    public void Devices_with_and_without_a_Welcome_key_come_in_with_one_commit()
    {
        using KeyPackageBundle bob = Package();
        using KeyPackageBundle old = KeyPackageBundle.Create(
            Suite, [9], Key.Create(SignatureAlgorithm.Ed25519), DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort: false, welcomeSeed: null);

        byte[] welcome = _alice.Commit([bob.KeyPackage, old.KeyPackage], []).Welcome!;

        using MlsGroup one = Join(welcome, bob);
        using MlsGroup other = MlsGroup.Join(welcome, [old], _signing, TestMember.Anyone);
        Assert.Equal(one.EpochAuthenticator, other.EpochAuthenticator);
    }

    [Fact]
    public void A_bundle_survives_its_serialised_form_and_erases_its_keys()
    {
        KeyPackageBundle bundle = Package(lastResort: true);
        using KeyPackageBundle again = KeyPackageBundle.Deserialize(bundle.Serialize());
        Assert.Equal(bundle.KeyPackage, again.KeyPackage);
        Assert.Equal(bundle.Reference, again.Reference);

        bundle.Dispose();

        Assert.All([bundle.InitPrivate, bundle.LeafPrivate, bundle.WelcomeSeed!], secret => Assert.Equal(new byte[32], secret));
    }

    [Fact]
    public void The_largest_commit_fits_its_limits_with_its_Welcome()
    {
        byte[][] packages =
        [
            .. Enumerable.Range(1, Limits.GroupDevices - 1).Select(at =>
            {
                using Key key = Key.Create(SignatureAlgorithm.Ed25519);
                byte[] identity = MemberIdentity.Encode(Guid.NewGuid(), Guid.NewGuid());
                return KeyPackageBundle.Create(Suite, identity, key, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort: true).KeyPackage;
            }),
        ];
        _alice.Group.Merge(_alice.Commit(packages[..^Limits.DevicesPerCommit], []));

        PendingCommit last = _alice.Commit(packages[^Limits.DevicesPerCommit..], []);

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"key package {packages[0].Length}, commit {last.Message.Length}, Welcome {last.Welcome!.Length} bytes");
        Assert.Equal(Limits.GroupDevices, last.Members.Count);
        Assert.True(packages[0].Length + 64 <= Limits.KeyPackageBytes);
        Assert.True(last.Message.Length <= Limits.CommitBytes);
        Assert.True(last.Welcome.Length <= Limits.WelcomeBytes);
    }

    private static Welcome Parse(byte[] welcome) => (Welcome)MlsMessage.Parse(welcome).Body;

    private static byte[] Bytes(Welcome welcome) => TlsWriter.Encode(MlsMessage.Of(welcome).Write);

    private static MlsError Refused(Func<object> act) => Assert.Throws<MlsException>(act).Error;

    private KeyPackageBundle Package(MlsCipherSuite suite = Suite, Key? key = null, bool lastResort = false) =>
        KeyPackageBundle.Create(suite, [1], key ?? _signing, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort);

    private MlsGroup Join(byte[] welcome, KeyPackageBundle bundle) => MlsGroup.Join(welcome, [bundle], _signing, TestMember.Anyone);
}
