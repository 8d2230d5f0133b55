using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>The key packages of devices. Each one-time package leaves it once, whoever asks at the same time.</summary>
public interface IKeyPackageStore
{
    /// <summary>Stores packages of a device, all or none. Those that were there before, handed out or not, change nothing.</summary>
    Task<KeyPackageWrite> PublishAsync(KeyPackageUpload upload, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes one package of each device that has one which has not expired: the oldest one-time package, or else the last resort.</summary>
    Task<IReadOnlyList<DeviceKeyPackage>> ClaimAsync(KeyPackageClaim claim, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>
/// Packages to be stored; <c>MostOneTime</c> is the number of one-time packages that the device may have afterwards, <c>Replace</c>: of those that are there,
/// only the ones that are named again stay.
/// </summary>
public sealed record KeyPackageUpload(
    UserId User, DeviceId Device, IReadOnlyList<InspectedKeyPackage> OneTime, InspectedKeyPackage? LastResort, int MostOneTime, bool Replace = false);

/// <summary>A package that was verified, its reference (RFC 9420 section 5.2) and the end of its life, Unix seconds.</summary>
public sealed record InspectedKeyPackage(byte[] Reference, byte[] Package, long NotAfter);

/// <summary>Whether the packages were stored (else they would have been too many), and the one-time packages that the device has now.</summary>
public sealed record KeyPackageWrite(bool Stored, int Available);

/// <summary>Devices whose packages are wanted; <c>LastResortOnly</c> leaves the one-time packages alone.</summary>
public sealed record KeyPackageClaim(UserId User, IReadOnlyList<DeviceId> Devices, bool LastResortOnly);
