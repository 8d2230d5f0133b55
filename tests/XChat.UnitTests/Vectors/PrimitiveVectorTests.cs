using System.Security.Cryptography;
using System.Text.Json;

using NSec.Cryptography;

using XChat.Crypto.Hpke;

namespace XChat.UnitTests.Vectors;

/// <summary>HPKE (RFC 9180 appendix A) and the primitives below it (Wycheproof).</summary>
[Trait("Category", "Vectors")]
public sealed class PrimitiveVectorTests
{
    public static TheoryData<string> Hpke => VectorFolder.Files("hpke", "rfc9180_x25519_sha256");

    public static TheoryData<string> X25519 => VectorFolder.Files("wycheproof", "x25519_");

    public static TheoryData<string> Ed25519 => VectorFolder.Files("wycheproof", "ed25519_");

    public static TheoryData<string> AesGcmFiles => VectorFolder.Files("wycheproof", "aes_gcm_");

    public static TheoryData<string> Hkdf => VectorFolder.Files("wycheproof", "hkdf_sha256_");

    /// <summary>Base mode only: MLS uses no other.</summary>
    [Theory, MemberData(nameof(Hpke))]
    public void Hpke_base_mode_gives_the_official_secrets_and_ciphertexts(string file) =>
        VectorFolder.Check(file, item => item.GetProperty("setup").Text("mode") == "0", item =>
        {
            JsonElement setup = item.GetProperty("setup");
            HpkeSuite suite = new(setup.Text("aead_id") == "1" ? Aead.Aes128Gcm : Aead.ChaCha20Poly1305);
            Assert.Equal((setup.Text("skEm"), setup.Text("pkEm")), Hexadecimal(HpkeSuite.DeriveKeyPair(setup.Hex("ikmE"))));
            Assert.Equal((setup.Text("skRm"), setup.Text("pkRm")), Hexadecimal(HpkeSuite.DeriveKeyPair(setup.Hex("ikmR"))));
            byte[] agreed = DiffieHellman.Agree(setup.Hex("skRm"), setup.Hex("enc"))!;
            byte[] shared = HpkeSuite.SharedSecret(agreed, setup.Hex("enc"), setup.Hex("pkRm"));
            Assert.Equal(setup.Hex("shared_secret"), shared);
            (byte[] key, byte[] nonce, byte[] exporter) = suite.Schedule.Derive(shared, setup.Hex("info"));
            Assert.Equal(setup.Hex("key"), key);
            Assert.Equal(setup.Hex("base_nonce"), nonce);
            Assert.Equal(setup.Hex("exporter_secret"), exporter);
            CheckSingleShot(suite, setup, item.Items("encryptions").First());
            foreach (JsonElement encryption in item.Items("encryptions"))
            {
                Assert.Equal(encryption.Hex("ct"), suite.Aead.Seal(key, encryption.Hex("nonce"), encryption.Hex("aad"), encryption.Hex("pt")));
            }

            foreach (JsonElement export in item.Items("exports"))
            {
                byte[]? exported = suite.ReceiveExport(
                    setup.Hex("enc"), setup.Hex("skRm"), setup.Hex("info"), export.Hex("exporter_context"), int.Parse(export.Text("L"), null));
                Assert.Equal(export.Hex("exported_value"), exported);
            }
        });

    [Theory, MemberData(nameof(X25519))]
    public void X25519_agrees_or_refuses_low_order_points(string file) => EachTest(file, (_, test) =>
    {
        byte[] expected = test.Hex("shared");
        byte[]? shared = DiffieHellman.Agree(test.Hex("private"), test.Hex("public"));
        Assert.Equal(expected.All(octet => octet == 0) ? null : expected, shared);
    });

    [Theory, MemberData(nameof(Ed25519))]
    public void Ed25519_accepts_exactly_the_valid_signatures(string file) => EachTest(file, (group, test) =>
    {
        byte[] encoded = group.GetProperty("publicKey").Hex("pk");
        bool verified = PublicKey.TryImport(SignatureAlgorithm.Ed25519, encoded, KeyBlobFormat.RawPublicKey, out PublicKey? key)
            && SignatureAlgorithm.Ed25519.Verify(key!, test.Hex("msg"), test.Hex("sig"));
        Assert.Equal(test.Text("result") == "valid", verified);
    });

    [Theory, MemberData(nameof(AesGcmFiles))]
    public void Aes_gcm_seals_and_opens_exactly_the_valid_ciphertexts(string file) => EachTest(file, (group, test) =>
    {
        if ((group.Number("ivSize"), group.Number("keySize"), group.Number("tagSize")) != (96, 128, 128))
        {
            return;
        }

        byte[] sealedBytes = [.. test.Hex("ct"), .. test.Hex("tag")];
        byte[]? opened = Aead.Aes128Gcm.Open(test.Hex("key"), test.Hex("iv"), test.Hex("aad"), sealedBytes);
        Assert.Equal(test.Text("result") == "valid" ? test.Hex("msg") : null, opened);
        if (opened is not null)
        {
            Assert.Equal(sealedBytes, Aead.Aes128Gcm.Seal(test.Hex("key"), test.Hex("iv"), test.Hex("aad"), opened));
        }
    });

    [Theory, MemberData(nameof(Hkdf))]
    public void Hkdf_gives_the_official_keys_and_refuses_sizes_beyond_its_limit(string file) => EachTest(file, (_, test) =>
    {
        byte[] Derive() => HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Hex("ikm"), (int)test.Number("size"), test.Hex("salt"), test.Hex("info"));
        if (test.Text("result") == "valid")
        {
            Assert.Equal(test.Hex("okm"), Derive());
        }
        else
        {
            Assert.IsAssignableFrom<ArgumentException>(Record.Exception(Derive));
        }
    });

    private static void CheckSingleShot(HpkeSuite suite, JsonElement setup, JsonElement first)
    {
        byte[]? opened = suite.Open(setup.Hex("enc"), setup.Hex("skRm"), setup.Hex("info"), first.Hex("aad"), first.Hex("ct"));
        Assert.Equal(first.Hex("pt"), opened);
        (byte[] enc, byte[] ct) = suite.Seal(setup.Hex("pkRm"), setup.Hex("info"), first.Hex("aad"), first.Hex("pt"))!.Value;
        Assert.Equal(first.Hex("pt"), suite.Open(enc, setup.Hex("skRm"), setup.Hex("info"), first.Hex("aad"), ct));
        Assert.Null(suite.Open(enc, setup.Hex("skRm"), setup.Hex("info"), [1], ct));
    }

    private static (string Private, string Public) Hexadecimal((byte[] Private, byte[] Public) pair) =>
        (Convert.ToHexStringLower(pair.Private), Convert.ToHexStringLower(pair.Public));

    private static void EachTest(string file, Action<JsonElement, JsonElement> check) =>
        VectorFolder.Check(file, _ => true, item =>
        {
            foreach (JsonElement group in item.Items("testGroups"))
            {
                foreach (JsonElement test in group.Items("tests"))
                {
                    Exception? failure = Record.Exception(() => check(group, test));
                    Assert.True(failure is null, $"tcId {test.Number("tcId")}: {failure}");
                }
            }
        });
}
