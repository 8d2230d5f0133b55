using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>
/// A key package as it is published: the MLSMessage and, when the package promises one, the Welcome key right behind it. The package holds the key's hash
/// alone, so that commits, which carry packages to every member and stay in the log, do not carry the key's 1,216 bytes.
/// </summary>
internal sealed record PublishedKeyPackage(KeyPackage Package, byte[]? WelcomeKey)
{
    /// <exception cref="MlsException">Malformed; <see cref="MlsError.Downgraded"/> when the key is not the one that the package promises.</exception>
    public static PublishedKeyPackage Parse(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        KeyPackage package = MlsMessage.Read(ref reader).Body as KeyPackage
            ?? throw new MlsException(MlsError.Malformed, "The message is not a key package.");
        if (package.WelcomeKeyHash() is not { } promised)
        {
            reader.End();
            return new PublishedKeyPackage(package, null);
        }

        byte[] key = reader.Raw(reader.Remaining).ToArray();
        return promised.AsSpan().SequenceEqual(WelcomeSeal.HashOf(key))
            ? new PublishedKeyPackage(package, key)
            : throw new MlsException(MlsError.Downgraded, "The key package promises a Welcome key, and it is not the one that came with it.");
    }

    public byte[] ToBytes() => [.. TlsWriter.Encode(MlsMessage.Of(Package).Write), .. WelcomeKey ?? []];
}
