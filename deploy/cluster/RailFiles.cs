using System.Security.Cryptography;

using XChat.Crypto.Wallets;
using XChat.Silo;

namespace XChat.LocalCluster;

/// <summary>What the rail of play money and the silos have to share: the key of its API and the secret of its webhooks, made at the first start.</summary>
internal sealed class RailFiles(string folder)
{
    private const string KeyFile = "sim.key";
    private const string SecretFile = "sim.webhook";

    /// <summary>Whoever has it can order payments at the rail.</summary>
    public string ApiKey => Read(KeyFile, Convert.ToHexStringLower);

    /// <summary>Whoever has it can say that a payment was made.</summary>
    public string WebhookSecret => Read(SecretFile, WebhookSignature.WriteSecret);

    private string Read(string file, Func<ReadOnlySpan<byte>, string> write)
    {
        byte[] secret = RealmKeyFile.ReadOrCreateSeed(Path.Combine(folder, file));
        string written = write(secret);
        CryptographicOperations.ZeroMemory(secret);
        return written;
    }
}
