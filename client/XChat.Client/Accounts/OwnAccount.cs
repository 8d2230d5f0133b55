using MessagePack;

namespace XChat.Client.Accounts;

/// <summary>
/// The account of the profile, with its secrets. It is stored before the registration is sent, so that a registration of unknown outcome is
/// repeated with the same ids and keys.
/// </summary>
[MessagePackObject]
internal sealed record OwnAccount(
    [property: Key(0)] Guid User,
    [property: Key(1)] Guid Device,
    [property: Key(2)] string Handle,
    [property: Key(3)] byte[] Root,
    [property: Key(4)] byte[] DeviceKey,
    [property: Key(5)] byte[] DeviceList,
    [property: Key(6)] bool Registered,
    [property: Key(7)] byte[] AccountKey)
{
    public const string Setting = "account";
}
