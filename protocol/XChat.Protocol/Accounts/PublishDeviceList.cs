using MessagePack;

namespace XChat.Protocol.Accounts;

/// <summary>
/// Replaces the caller's device list by a newer one (version + 1), signed by the account key. Devices that it leaves out are revoked; such a list is signed
/// by a new account key, for which it carries the signature of the one before.
/// </summary>
[MessagePackObject]
public sealed record PublishDeviceListRequest([property: Key("deviceList")] byte[] DeviceList);

/// <summary>
/// The same without a session, for a device that recovered the account's keys and is on no list yet. The signature of the account key authorises it.
/// </summary>
[MessagePackObject]
public sealed record PublishRecoveredListRequest([property: Key("user")] Guid User, [property: Key("deviceList")] byte[] DeviceList);

/// <summary>Outcome; <c>Version</c> is the version that the server holds now.</summary>
[MessagePackObject]
public sealed record PublishDeviceListResult([property: Key("status")] PublishDeviceListStatus Status, [property: Key("version")] long Version);

/// <summary>Outcomes of publishing a device list, in order of precedence.</summary>
public enum PublishDeviceListStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>The list is in force.</summary>
    Accepted = 1,

    /// <summary>The same list was accepted before.</summary>
    AlreadyAccepted = 2,

    /// <summary>Malformed, of another account, too many devices, or not signed by the account key or one that it was passed on to.</summary>
    Invalid = 3,

    /// <summary>Another device published first: read the account and try again.</summary>
    StaleVersion = 4,

    /// <summary>It leaves a device out under the account key that this device knows: pass the account on to a new key with it.</summary>
    KeyNotPassedOn = 5,
}
