using MessagePack;

namespace XChat.Protocol.Accounts;

/// <summary>
/// Uploads MLS key packages of the calling device, each an MLSMessage with the Welcome key that it promises behind it. <c>LastResort</c>, when given, replaces
/// the one that is never used up; <c>Replace</c> takes back the one-time packages that were published before and are not among these.
/// </summary>
[MessagePackObject]
public sealed record PublishKeyPackagesRequest(
    [property: Key("oneTime")] IReadOnlyList<byte[]> OneTime,
    [property: Key("lastResort")] byte[]? LastResort,
    [property: Key("replace")] bool Replace = false);

/// <summary>Outcome; <c>Available</c> is the number of one-time packages that the device now has on the server.</summary>
[MessagePackObject]
public sealed record PublishKeyPackagesResult([property: Key("status")] KeyPackageStatus Status, [property: Key("available")] int Available);

/// <summary>Claims one key package of every device of the users named. Each one-time package is handed out once.</summary>
[MessagePackObject]
public sealed record ClaimKeyPackagesRequest([property: Key("users")] IReadOnlyList<Guid> Users);

/// <summary>A claimed package and whose device it is.</summary>
[MessagePackObject]
public sealed record ClaimedKeyPackage(
    [property: Key("user")] Guid User,
    [property: Key("device")] Guid Device,
    [property: Key("keyPackage")] byte[] KeyPackage);

/// <summary>The claimed packages. A device without any is absent.</summary>
[MessagePackObject]
public sealed record ClaimKeyPackagesResult([property: Key("packages")] IReadOnlyList<ClaimedKeyPackage> Packages);

/// <summary>Outcomes of publishing key packages, in order of precedence.</summary>
public enum KeyPackageStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Stored; packages that were there already are counted once.</summary>
    Accepted = 1,

    /// <summary>The calling device is not in the account's device list.</summary>
    DeviceRevoked = 2,

    /// <summary>A package is malformed, badly signed, without the Welcome key that it promises, or not of the calling device.</summary>
    Invalid = 3,

    /// <summary>The device would have more than <see cref="Limits.KeyPackagesPerDevice"/>.</summary>
    TooMany = 4,
}
