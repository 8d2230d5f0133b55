using MessagePack;

namespace XChat.Client.Transparency;

/// <summary>
/// The newest head of the key log that this device has verified, and the key that signed it: pinned at first contact, then followed by endorsements.
/// <c>Seen</c> are the heads that it has seen, rising, up to <see cref="MostSeen"/>: consistency says nothing about a head's map, an audit does.
/// </summary>
[MessagePackObject]
internal sealed record StoredLogHead(
    [property: Key(0)] int KeyNumber,
    [property: Key(1)] byte[] PublicKey,
    [property: Key(2)] byte[] SignedHead,
    [property: Key(3)] byte[][]? Seen = null)
{
    public const int MostSeen = 256;

    public const string Setting = "key-log-head";

    /// <summary>The same after another head.</summary>
    public static StoredLogHead After(StoredLogHead? before, int keyNumber, byte[] publicKey, byte[] signedHead) =>
        new(keyNumber, publicKey, signedHead, [.. (before?.Seen ?? []).TakeLast(MostSeen - 1), signedHead]);
}
