using System.Text.Json;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.UnitTests.Vectors;

/// <summary>Whole scenarios of other implementations: join by Welcome and follow every commit. No kind of proposal is left out.</summary>
[Trait("Category", "Vectors")]
public sealed class PassiveClientVectorTests
{
    public static TheoryData<string> Scenarios => VectorFolder.Files("mls", "passive-client-", "interop-");

    [Theory, MemberData(nameof(Scenarios))]
    public void A_client_joins_and_follows_every_epoch(string file) => VectorFolder.CheckMls(file, item =>
    {
        using Key key = item.SignatureKey("signature_priv");
        using KeyPackageBundle bundle = Bundle(item, key);
        Dictionary<string, byte[]> psks = item.Items("external_psks").ToDictionary(
            psk => Convert.ToHexString(psk.Hex("psk_id")), psk => psk.Hex("psk"));

        using MlsGroup joined = MlsGroup.Join(item.Hex("welcome"), [bundle], key, Anyone, item.HexOrNull("ratchet_tree"), psks);
        MlsGroup group = joined;
        Assert.Equal(item.Hex("initial_epoch_authenticator"), group.EpochAuthenticator);
        foreach (JsonElement epoch in item.Items("epochs"))
        {
            foreach (JsonElement proposal in epoch.Items("proposals"))
            {
                _ = Assert.IsType<MlsProposalKept>(group.Process(Convert.FromHexString(proposal.GetString()!), Anyone, psks));
            }

            // The state goes through its serialised form between any two messages, as it does in a client.
            group = MlsGroup.Deserialize(group.Serialize(), key);
            _ = Assert.IsType<MlsCommitApplied>(group.Process(epoch.Hex("commit"), Anyone, psks));
            Assert.Equal(epoch.Hex("epoch_authenticator"), group.EpochAuthenticator);
        }
    });

    private static KeyPackageBundle Bundle(JsonElement item, Key key)
    {
        KeyPackage package = (KeyPackage)MlsMessage.Parse(item.Hex("key_package")).Body;
        package.Validate();
        Assert.Equal(package.InitKey, DiffieHellman.PublicOf(item.Hex("init_priv")));
        Assert.Equal(package.Leaf.EncryptionKey, DiffieHellman.PublicOf(item.Hex("encryption_priv")));
        Assert.Equal(package.Leaf.SignatureKey, key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        KeyPackageBundle bundle = new(package, item.Hex("init_priv"), item.Hex("encryption_priv"));
        Assert.Equal(item.Hex("key_package"), bundle.KeyPackage);
        Assert.Equal(bundle.KeyPackage, TlsWriter.Encode(MlsMessage.Of(package).Write));
        return bundle;
    }

    private static bool Anyone(byte[] identity, byte[] signatureKey) => true;
}
