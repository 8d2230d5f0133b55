using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>A key package with its two private keys, which never leave the device. Disposing erases them.</summary>
public sealed class KeyPackageBundle : IDisposable
{
    internal KeyPackageBundle(KeyPackage package, byte[] initPrivate, byte[] leafPrivate)
    {
        (Package, InitPrivate, LeafPrivate) = (package, initPrivate, leafPrivate);
        KeyPackage = TlsWriter.Encode(MlsMessage.Of(package).Write);
        Reference = package.Reference();
    }

    /// <summary>The public part as an MLSMessage, to be published.</summary>
    public byte[] KeyPackage { get; }

    /// <summary>The hash by which a Welcome names it (RFC 9420 section 5.2).</summary>
    public byte[] Reference { get; }

    internal KeyPackage Package { get; }

    internal byte[] InitPrivate { get; }

    internal byte[] LeafPrivate { get; }

    /// <summary>
    /// Makes a key package. <paramref name="identity"/> becomes the basic credential; <paramref name="signatureKey"/> is the device's Ed25519 key.
    /// </summary>
    public static KeyPackageBundle Create(
        MlsCipherSuite suite, byte[] identity, Key signatureKey, DateTimeOffset notBefore, DateTimeOffset notAfter, bool lastResort)
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
        List<Extension> extensions = lastResort ? [new Extension(Extension.LastResort, [])] : [];
        KeyPackage package = new KeyPackage((ushort)suite, initPublic, leaf, extensions, []).Sign(signatureKey);
        return new KeyPackageBundle(package, initPrivate, leafPrivate);
    }

    /// <summary>All of it, private keys included, for the device's own encrypted store.</summary>
    public byte[] Serialize() => TlsWriter.Encode(writer =>
    {
        Package.Write(writer);
        writer.Bytes(InitPrivate);
        writer.Bytes(LeafPrivate);
    });

    /// <summary>The inverse of <see cref="Serialize"/>.</summary>
    public static KeyPackageBundle Deserialize(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        KeyPackageBundle bundle = new(Mls.KeyPackage.Read(ref reader), reader.Bytes(), reader.Bytes());
        reader.End();
        return bundle;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(InitPrivate);
        CryptographicOperations.ZeroMemory(LeafPrivate);
    }
}
