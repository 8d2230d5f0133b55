using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>What a key package says. Times are Unix seconds.</summary>
public sealed record KeyPackageInfo(
    MlsCipherSuite Suite, byte[] Identity, byte[] SignatureKey, byte[] Reference, long NotBefore, long NotAfter, bool LastResort);

/// <summary>Reads and verifies key packages for a server that stores them.</summary>
public static class KeyPackageInspector
{
    /// <summary>Parses an MLSMessage with a key package and verifies both its signatures.</summary>
    /// <exception cref="MlsException">Malformed, unsupported or badly signed.</exception>
    public static KeyPackageInfo Inspect(ReadOnlySpan<byte> mlsMessage)
    {
        KeyPackage package = MlsMessage.Parse(mlsMessage).Body as KeyPackage
            ?? throw new MlsException(MlsError.Malformed, "The message is not a key package.");
        return Describe(package);
    }

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
            package.Extensions.Any(extension => extension.Type == Extension.LastResort));
    }
}
