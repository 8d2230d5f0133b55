using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>
/// Packages of the calling device, as they are published; <c>Replace</c> takes back its one-time packages from before that are not among these.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.PublishKeyPackages")]
public sealed record PublishKeyPackages(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] IReadOnlyList<byte[]> OneTime,
    [property: Id(2)] byte[]? LastResort,
    [property: Id(3)] bool Replace = false);

/// <summary>Outcome, with the one-time packages that the device has now.</summary>
[GenerateSerializer, Immutable, Alias("xchat.KeyPackagesPublished")]
public sealed record KeyPackagesPublished([property: Id(0)] KeyPackageStatus Status, [property: Id(1)] int Available);

/// <summary>A claim by <c>Caller</c>, who is rate limited for it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ClaimKeyPackages")]
public sealed record ClaimKeyPackages([property: Id(0)] Caller Caller);

/// <summary>A device's package.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DeviceKeyPackage")]
public sealed record DeviceKeyPackage([property: Id(0)] DeviceId Device, [property: Id(1)] byte[] KeyPackage);

/// <summary>One package a device; devices without any are absent.</summary>
[GenerateSerializer, Immutable, Alias("xchat.KeyPackagesClaimed")]
public sealed record KeyPackagesClaimed([property: Id(0)] IReadOnlyList<DeviceKeyPackage> Packages);
