using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Recovery;
using XChat.Silo;

namespace XChat.Realm;

/// <summary>What operators pass around to set realms up: one line for a realm, one signed file for the set.</summary>
internal static class ConfigurationFile
{
    /// <summary>Prints <c>name;address;public key</c>, and the realm's id as a comment to it.</summary>
    public static int PrintRealm(string keyFile, string name, string address) => Guarded(() =>
    {
        byte[] seed = RealmKeyFile.ReadOrCreateSeed(keyFile);
        using RealmKeys keys = RealmKeys.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        Console.WriteLine($"{name};{address};{Convert.ToHexStringLower(keys.PublicKey)}");
    });

    public static int Write(string signerFile, int version, int threshold, bool oneOperator, string[] realms, string output) => Guarded(() =>
    {
        byte[] seed = RealmKeyFile.ReadOrCreateSeed(signerFile);
        using Key signer = NSec.Cryptography.Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        CryptographicOperations.ZeroMemory(seed);
        RealmDescription[] descriptions = [.. realms.Select(Parse)];
        // As many as there are: a PIN that one realm never heard of would still be the old one there.
        RealmConfiguration configuration = new(checked((uint)version), threshold, descriptions.Length, oneOperator, [], descriptions);
        byte[] written = configuration.Sign(signer);
        File.WriteAllBytes(output, written);
        _ = RealmConfiguration.TryVerify(written, out RealmConfiguration? read);
        Console.WriteLine($"{output}: {threshold} of {descriptions.Length} realms, fingerprint {read!.Fingerprint}");
    });

    private static RealmDescription Parse(string line) =>
        line.Split(';') is [var name, var address, { Length: 64 } key] && key.All(char.IsAsciiHexDigit)
            ? new RealmDescription(name, address, Convert.FromHexString(key))
            : throw new ArgumentException($"--realm \"{line}\" is not a line that xchat-realm key printed (name;address;public key).");

    private static int Guarded(Action run)
    {
        try
        {
            run();
            return 0;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or OverflowException)
        {
            Console.Error.WriteLine($"xchat-realm: {problem.Message}");
            return 1;
        }
    }
}
