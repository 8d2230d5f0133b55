using System.Security.Cryptography;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Conversations;

/// <summary>The device lists of the people whom a commit concerns, as their accounts certify them now.</summary>
public sealed class CertifiedDevices(IReadOnlyDictionary<UserId, AccountDescription> accounts)
{
    /// <summary>Nobody was asked about.</summary>
    public static CertifiedDevices None { get; } = new(new Dictionary<UserId, AccountDescription>());

    /// <summary>Whether a leaf is what it claims to be: a certified device with the certified key.</summary>
    public bool Includes(LeafClaim claim) =>
        accounts.TryGetValue(claim.Device.User, out AccountDescription? account)
        && account.Devices.Any(device =>
            device.Device == claim.Device.Device && CryptographicOperations.FixedTimeEquals(device.SignatureKey, claim.SignatureKey));

    /// <summary>All devices of a person; none when it was not asked about.</summary>
    public IEnumerable<Caller> Of(UserId user) =>
        accounts.TryGetValue(user, out AccountDescription? account) ? account.Devices.Select(device => new Caller(user, device.Device)) : [];

    /// <summary>The version of a person's device list.</summary>
    public long VersionOf(UserId user) => accounts.TryGetValue(user, out AccountDescription? account) ? account.DeviceListVersion : 0;
}
