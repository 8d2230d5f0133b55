using MessagePack;

namespace XChat.Client.Transparency;

/// <summary>
/// The newest head of the key log that this device has verified, and the key that signed it: pinned at first contact, then followed by endorsements.
/// </summary>
[MessagePackObject]
internal sealed record StoredLogHead(
    [property: Key(0)] int KeyNumber,
    [property: Key(1)] byte[] PublicKey,
    [property: Key(2)] byte[] SignedHead)
{
    public const string Setting = "key-log-head";
}
