using System.Text.Json;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.UnitTests.Vectors;

/// <summary>The working group's vectors for what MLS computes with: encodings, labelled functions, key schedule, ratchets.</summary>
[Trait("Category", "Vectors")]
public sealed class MlsScheduleVectorTests
{
    public static TheoryData<string> CryptoBasics => VectorFolder.Files("mls", "crypto-basics");

    public static TheoryData<string> Deserialization => VectorFolder.Files("mls", "deserialization");

    public static TheoryData<string> KeySchedule => VectorFolder.Files("mls", "key-schedule");

    public static TheoryData<string> PskSecret => VectorFolder.Files("mls", "psk_secret");

    public static TheoryData<string> SecretTrees => VectorFolder.Files("mls", "secret-tree");

    public static TheoryData<string> TranscriptHashes => VectorFolder.Files("mls", "transcript-hashes");

    [Theory, MemberData(nameof(CryptoBasics))]
    public void Labelled_functions_give_the_official_values(string file) => VectorFolder.CheckMls(file, item =>
    {
        JsonElement hash = item.GetProperty("ref_hash");
        Assert.Equal(hash.Hex("out"), CipherSuite.RefHash(hash.Text("label"), hash.Hex("value")));
        JsonElement expand = item.GetProperty("expand_with_label");
        Assert.Equal(
            expand.Hex("out"),
            CipherSuite.ExpandWithLabel(expand.Hex("secret"), expand.Text("label"), expand.Hex("context"), (int)expand.Number("length")));
        JsonElement derive = item.GetProperty("derive_secret");
        Assert.Equal(derive.Hex("out"), CipherSuite.DeriveSecret(derive.Hex("secret"), derive.Text("label")));
        JsonElement tree = item.GetProperty("derive_tree_secret");
        Assert.Equal(
            tree.Hex("out"),
            CipherSuite.DeriveTreeSecret(tree.Hex("secret"), tree.Text("label"), tree.Number("generation"), (int)tree.Number("length")));
        CheckSignature(item.GetProperty("sign_with_label"));
        CheckEncryption(item.Suite(), item.GetProperty("encrypt_with_label"));
    });

    [Theory, MemberData(nameof(Deserialization))]
    public void Vector_headers_give_the_official_lengths(string file) => VectorFolder.Check(file, _ => true, item =>
    {
        byte[] header = item.Hex("vlbytes_header");
        TlsReader reader = new(header);
        Assert.Equal((int)item.Number("length"), reader.Length());
        Assert.True(reader.AtEnd);
    });

    [Theory, MemberData(nameof(KeySchedule))]
    public void The_key_schedule_gives_the_official_secrets(string file) => VectorFolder.CheckMls(file, item =>
    {
        byte[] init = item.Hex("initial_init_secret");
        ulong number = 0;
        foreach (JsonElement epoch in item.Items("epochs"))
        {
            GroupContext context = new(
                (ushort)item.Suite().Id, item.Hex("group_id"), number++, epoch.Hex("tree_hash"), epoch.Hex("confirmed_transcript_hash"), []);
            init = CheckEpoch(epoch, context, init);
        }
    });

    [Theory, MemberData(nameof(PskSecret))]
    public void Pre_shared_keys_combine_to_the_official_secret(string file) => VectorFolder.CheckMls(file, item =>
    {
        (PreSharedKeyId, byte[])[] psks =
        [
            .. item.Items("psks").Select(psk => (
                new PreSharedKeyId(PreSharedKeyId.External, 0, psk.Hex("psk_id"), 0, psk.Hex("psk_nonce")), psk.Hex("psk"))),
        ];
        Assert.Equal(item.Hex("psk_secret"), EpochSecrets.PskSecret(psks));
    });

    [Theory, MemberData(nameof(SecretTrees))]
    public void The_secret_tree_gives_the_official_keys(string file) => VectorFolder.CheckMls(file, item =>
    {
        JsonElement sender = item.GetProperty("sender_data");
        (byte[] key, byte[] nonce) = PrivateMessage.SenderDataKey(item.Suite(), sender.Hex("sender_data_secret"), sender.Hex("ciphertext"));
        Assert.Equal((sender.Text("key"), sender.Text("nonce")), (Convert.ToHexStringLower(key), Convert.ToHexStringLower(nonce)));

        JsonElement[] leaves = [.. item.Items("leaves")];
        SecretTree tree = new(item.Suite(), (uint)leaves.Length, item.Hex("encryption_secret"));
        for (uint leaf = 0; leaf < leaves.Length; leaf++)
        {
            foreach (JsonElement generation in leaves[leaf].EnumerateArray())
            {
                CheckGeneration(tree, leaf, application: false, generation, "handshake");
                CheckGeneration(tree, leaf, application: true, generation, "application");
            }
        }
    });

    [Theory, MemberData(nameof(TranscriptHashes))]
    public void Transcript_hashes_have_the_official_values(string file) => VectorFolder.CheckMls(file, item =>
    {
        TlsReader reader = new(item.Hex("authenticated_content"));
        AuthenticatedContent content = AuthenticatedContent.Read(ref reader);
        reader.End();
        byte[] confirmed = EpochSecrets.ConfirmedTranscriptHash(item.Hex("interim_transcript_hash_before"), content);
        Assert.Equal(item.Hex("confirmed_transcript_hash_after"), confirmed);
        Assert.Equal(content.ConfirmationTag, CipherSuite.Mac(item.Hex("confirmation_key"), confirmed));
        Assert.Equal(item.Hex("interim_transcript_hash_after"), EpochSecrets.InterimTranscriptHash(confirmed, content.ConfirmationTag));
    });

    private static void CheckSignature(JsonElement sign)
    {
        using Key key = sign.SignatureKey("priv");
        Assert.True(CipherSuite.VerifyWithLabel(sign.Hex("pub"), sign.Text("label"), sign.Hex("content"), sign.Hex("signature")));
        byte[] own = CipherSuite.SignWithLabel(key, sign.Text("label"), sign.Hex("content"));
        Assert.True(CipherSuite.VerifyWithLabel(sign.Hex("pub"), sign.Text("label"), sign.Hex("content"), own));
        own[0] ^= 1;
        Assert.False(CipherSuite.VerifyWithLabel(sign.Hex("pub"), sign.Text("label"), sign.Hex("content"), own));
    }

    private static void CheckEncryption(CipherSuite suite, JsonElement encrypt)
    {
        byte[] context = encrypt.Hex("context");
        HpkeCiphertext official = new(encrypt.Hex("kem_output"), encrypt.Hex("ciphertext"));
        Assert.Equal(encrypt.Hex("plaintext"), suite.DecryptWithLabel(encrypt.Hex("priv"), encrypt.Text("label"), context, official));
        HpkeCiphertext own = suite.EncryptWithLabel(encrypt.Hex("pub"), encrypt.Text("label"), context, encrypt.Hex("plaintext"));
        Assert.Equal(encrypt.Hex("plaintext"), suite.DecryptWithLabel(encrypt.Hex("priv"), encrypt.Text("label"), context, own));
    }

    private static byte[] CheckEpoch(JsonElement epoch, GroupContext context, byte[] init)
    {
        Assert.Equal(epoch.Hex("group_context"), context.ToBytes());
        byte[] joiner = EpochSecrets.Joiner(init, epoch.Hex("commit_secret"), context);
        Assert.Equal(epoch.Hex("joiner_secret"), joiner);
        Assert.Equal(epoch.Hex("welcome_secret"), EpochSecrets.Welcome(joiner, epoch.Hex("psk_secret")));
        EpochSecrets secrets = EpochSecrets.FromJoiner(joiner, epoch.Hex("psk_secret"), context);
        Assert.Equal(epoch.Hex("init_secret"), secrets.Init);
        Assert.Equal(epoch.Hex("sender_data_secret"), secrets.SenderData);
        Assert.Equal(epoch.Hex("encryption_secret"), secrets.Encryption);
        Assert.Equal(epoch.Hex("exporter_secret"), secrets.Exporter);
        Assert.Equal(epoch.Hex("epoch_authenticator"), secrets.Authenticator);
        Assert.Equal(epoch.Hex("external_secret"), secrets.External);
        Assert.Equal(epoch.Hex("confirmation_key"), secrets.Confirmation);
        Assert.Equal(epoch.Hex("membership_key"), secrets.Membership);
        Assert.Equal(epoch.Hex("resumption_psk"), secrets.Resumption);
        Assert.Equal(epoch.Hex("external_pub"), HpkeSuite.DeriveKeyPair(secrets.External).Public);
        JsonElement exporter = epoch.GetProperty("exporter");
        Assert.Equal(
            exporter.Hex("secret"), secrets.Export(exporter.Text("label"), exporter.Hex("context"), (int)exporter.Number("length")));
        return secrets.Init;
    }

    private static void CheckGeneration(SecretTree tree, uint leaf, bool application, JsonElement expected, string kind)
    {
        byte[]? seen = tree.TryKey(leaf, application, expected.Number("generation"), key => [.. key.Key, .. key.Nonce]);
        Assert.Equal([.. expected.Hex(kind + "_key"), .. expected.Hex(kind + "_nonce")], Assert.IsType<byte[]>(seen));
    }
}
