using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using NSec.Cryptography;
using XChat.Crypto.Recovery;
using XChat.Frontend.Recovery;
using XChat.Silo;

namespace XChat.Standalone;

/// <summary>
/// The three realms of a standalone server, each with a key and a database of its own. They work as realms elsewhere do; but one process runs them all,
/// so their configuration says that a PIN protects nothing against whoever runs this server, and clients say it where a PIN is set.
/// </summary>
internal sealed class StandaloneRealms
{
    private const int Count = 3;
    private const int Threshold = 2;

    private readonly IReadOnlyList<HostedRealm> _realms;
    private readonly byte[]? _configuration;

    private StandaloneRealms(IReadOnlyList<HostedRealm> realms, byte[]? configuration) => (_realms, _configuration) = (realms, configuration);

    /// <summary>Made at the first start, beside the embedded server's data. On a server of somebody else's there are none.</summary>
    public static async Task<StandaloneRealms> OpenAsync(Database database)
    {
        if (database.Folder is not { } folder)
        {
            return new StandaloneRealms([], null);
        }

        List<HostedRealm> realms = [];
        for (int number = 1; number <= Count; number++)
        {
            byte[] seed = RealmKeyFile.ReadOrCreateSeed(Path.Combine(folder, "realms", $"realm{number}.key"));
            realms.Add(new HostedRealm(RealmKeys.FromSeed(seed), await database.OpenAnotherAsync($"xchat_realm{number}")));
            CryptographicOperations.ZeroMemory(seed);
        }

        return new StandaloneRealms(realms, Configure(realms, Path.Combine(folder, "realms", "signer.key")));
    }

    public void AddTo(IServiceCollection services)
    {
        if (_realms.Count > 0)
        {
            services.AddRealms(_realms);
            services.AddSingleton(new ServedRealms(_configuration));
        }
    }

    private static byte[] Configure(List<HostedRealm> realms, string signerFile)
    {
        byte[] seed = RealmKeyFile.ReadOrCreateSeed(signerFile);
        using Key signer = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        CryptographicOperations.ZeroMemory(seed);
        // The addresses are paths, because the server does not know under which name it is reached.
        return new RealmConfiguration(
            Version: 1, Threshold, RegisterAt: Count, OneOperator: true, Signer: [],
            [.. realms.Select((realm, i) => new RealmDescription($"realm {i + 1} of this server", "/", realm.Keys.PublicKey))]).Sign(signer);
    }
}
