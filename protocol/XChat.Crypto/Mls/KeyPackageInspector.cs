using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>
/// What a key package says. Times are Unix seconds; <c>WelcomeKey</c>: a Welcome to it is sealed against quantum computers too.
/// </summary>
public sealed record KeyPackageInfo(
    MlsCipherSuite Suite,
    byte[] Identity,
    byte[] SignatureKey,
    byte[] Reference,
    long NotBefore,
    long NotAfter,
    bool LastResort,
    bool WelcomeKey);

/// <summary>Reads and verifies key packages, for a server that stores them and for a device that is given one.</summary>
public static class KeyPackageInspector
{
    /// <summary>
    /// Parses a key package as it is published, an MLSMessage with the Welcome key that it promises behind it, and verifies both its signatures.
    /// </summary>
    /// <exception cref="MlsException">Malformed, unsupported, badly signed, or <see cref="MlsError.Downgraded"/>: without the key that it promises.</exception>
    public static KeyPackageInfo Inspect(ReadOnlySpan<byte> published) => Describe(PublishedKeyPackage.Parse(published).Package);

    internal static KeyPackageInfo Describe(KeyPackage package)
    {
        package.Validate();
        return new KeyPackageInfo(
            (MlsCipherSuite)package.Suite,
            package.Leaf.Credential.Data,
            package.Leaf.SignatureKey,
            package.Reference(),
            (long)Math.Min(package.Leaf.NotBefore, long.MaxValue),
            (long)Math.Min(package.Leaf.NotAfter, long.MaxValue),
            package.Extensions.Any(extension => extension.Type == Extension.LastResort),
            package.WelcomeKeyHash() is not null);
    }
}
