using System.Diagnostics.CodeAnalysis;

using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;

namespace XChat.Grains.Accounts;

/// <summary>Which key packages are taken in. Pure: no clock, no I/O.</summary>
public static class KeyPackageRules
{
    /// <summary>Reads the packages of a device; false if one of them is not what it should be.</summary>
    /// <remarks>At most as many are read as one device may have: a larger upload is refused, so its rest is not worth the work.</remarks>
    public static bool TryRead(
        PublishKeyPackages request, CertifiedDevice device, long nowSeconds, [NotNullWhen(true)] out KeyPackageUpload? upload)
    {
        upload = null;
        List<InspectedKeyPackage> oneTime = [];
        foreach (byte[] package in request.OneTime.Take(Limits.KeyPackagesPerDevice))
        {
            if (Read(package, request.Caller, device, lastResort: false, nowSeconds) is not { } read)
            {
                return false;
            }

            oneTime.Add(read);
        }

        InspectedKeyPackage? lastResort = null;
        if (request.LastResort is { } given && (lastResort = Read(given, request.Caller, device, lastResort: true, nowSeconds)) is null)
        {
            return false;
        }

        upload = new KeyPackageUpload(
            request.Caller.User,
            request.Caller.Device,
            [.. oneTime.DistinctBy(package => Convert.ToHexString(package.Reference))],
            lastResort,
            Limits.KeyPackagesPerDevice,
            request.Replace);
        return true;
    }

    /// <summary>A package of this device, signed with its certified key, that has not expired and is of the kind that it is given for.</summary>
    private static InspectedKeyPackage? Read(byte[] package, Caller owner, CertifiedDevice device, bool lastResort, long nowSeconds)
    {
        if (package is not { Length: > 0 and <= Limits.KeyPackageBytes })
        {
            return null;
        }

        try
        {
            KeyPackageInfo info = KeyPackageInspector.Inspect(package);
            bool belongs = info.Identity.AsSpan().SequenceEqual(MemberIdentity.Encode(owner.User.Value, owner.Device.Value))
                && info.SignatureKey.AsSpan().SequenceEqual(device.SignatureKey)
                && info.LastResort == lastResort
                && info.NotAfter > nowSeconds;
            return belongs ? new InspectedKeyPackage(info.Reference, package, info.NotAfter) : null;
        }
        catch (MlsException)
        {
            return null;
        }
    }
}
