using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>A key package with its private keys, which never leave the device. Disposing erases them.</summary>
public sealed class KeyPackageBundle : IDisposable
{
    internal KeyPackageBundle(KeyPackage package, byte[] initPrivate, byte[] leafPrivate, byte[]? welcomeSeed = null)
    {
        (Package, InitPrivate, LeafPrivate, WelcomeSeed) = (package, initPrivate, leafPrivate, welcomeSeed);
        Reference = package.Reference();
    }

    /// <summary>The public part, to be published: an MLSMessage, with the Welcome key behind it.</summary>
    public byte[] KeyPackage => new PublishedKeyPackage(Package, WelcomeSeed is null ? null : XWing.PublicKeyOf(WelcomeSeed)).ToBytes();

    /// <summary>Whether a Welcome to it is sealed against quantum computers too. Bundles of versions before that have no key for it.</summary>
    public bool HasWelcomeKey => WelcomeSeed is not null;

    /// <summary>The hash by which a Welcome names it (RFC 9420 section 5.2).</summary>
    public byte[] Reference { get; }

    internal KeyPackage Package { get; }

    internal byte[] InitPrivate { get; }

    internal byte[] LeafPrivate { get; }

    internal byte[]? WelcomeSeed { get; }

    /// <summary>
    /// Makes a key package. <paramref name="identity"/> becomes the basic credential; <paramref name="signatureKey"/> is the device's Ed25519 key.
    /// </summary>
    public static KeyPackageBundle Create(
        MlsCipherSuite suite, byte[] identity, Key signatureKey, DateTimeOffset notBefore, DateTimeOffset notAfter, bool lastResort) =>
        Create(suite, identity, signatureKey, notBefore, notAfter, lastResort, RandomNumberGenerator.GetBytes(XWing.SecretSize));

    /// <summary>Without a seed it makes what versions made that knew of no Welcome key.</summary>
    internal static KeyPackageBundle Create(
        MlsCipherSuite suite, byte[] identity, Key signatureKey, DateTimeOffset notBefore, DateTimeOffset notAfter, bool lastResort, byte[]? welcomeSeed)
    {
        ArgumentNullException.ThrowIfNull(signatureKey);
        _ = CipherSuite.Of(suite);
        (byte[] initPrivate, byte[] initPublic) = DiffieHellman.Generate();
        (byte[] leafPrivate, byte[] leafPublic) = DiffieHellman.Generate();
        LeafNode leaf = new LeafNode(
            leafPublic,
            signatureKey.PublicKey.Export(KeyBlobFormat.RawPublicKey),
            new Credential(Credential.Basic, identity),
            Capabilities.Ours,
            LeafNodeSource.KeyPackage,
            checked((ulong)notBefore.ToUnixTimeSeconds()),
            checked((ulong)notAfter.ToUnixTimeSeconds()),
            [],
            [],
            []).Sign(signatureKey, [], 0);
        List<Extension> extensions =
        [
            .. lastResort ? [new Extension(Extension.LastResort, [])] : Array.Empty<Extension>(),
            .. welcomeSeed is null
                ? Array.Empty<Extension>()
                : [new Extension(Extension.WelcomeKey, WelcomeSeal.HashOf(XWing.PublicKeyOf(welcomeSeed)))],
        ];
        KeyPackage package = new KeyPackage((ushort)suite, initPublic, leaf, extensions, []).Sign(signatureKey);
        return new KeyPackageBundle(package, initPrivate, leafPrivate, welcomeSeed);
    }

    /// <summary>All of it, private keys included, for the device's own encrypted store.</summary>
    public byte[] Serialize() => TlsWriter.Encode(writer =>
    {
        Package.Write(writer);
        writer.Bytes(InitPrivate);
        writer.Bytes(LeafPrivate);
        if (WelcomeSeed is not null)
        {
            writer.Bytes(WelcomeSeed);
        }
    });

    /// <summary>The inverse of <see cref="Serialize"/>, which ended before the seed in versions that had none.</summary>
    public static KeyPackageBundle Deserialize(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        KeyPackageBundle bundle = new(Mls.KeyPackage.Read(ref reader), reader.Bytes(), reader.Bytes(), reader.AtEnd ? null : reader.Bytes());
        reader.End();
        return bundle;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(InitPrivate);
        CryptographicOperations.ZeroMemory(LeafPrivate);
        CryptographicOperations.ZeroMemory(WelcomeSeed);
    }
}
