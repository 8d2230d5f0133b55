using System.Security.Cryptography;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>
/// An account as its row has it. <c>ToldVersion</c> is the version of the device list that all its conversations know; <c>Revoked</c> are the
/// devices whose sessions are still to end.
/// </summary>
public sealed record StoredAccount(
    UserId User,
    string Handle,
    byte[] AccountKey,
    byte[] RegistrationHash,
    byte[] DeviceList,
    long Version,
    long ToldVersion,
    IReadOnlyList<DeviceId> Revoked)
{
    /// <summary>Whether somebody has yet to hear of the list in force.</summary>
    public bool Unfinished => ToldVersion < Version || Revoked.Count > 0;

    /// <summary>What is public about it. The stored list is verified once more: a damaged row must not certify anything.</summary>
    public AccountDescription Describe() =>
        XChat.Crypto.Identity.DeviceList.TryVerify(DeviceList, AccountKey, out DeviceList? list)
        && list.Version == Version && list.User == User.Value
            ? new AccountDescription(
                true, Handle, AccountKey, DeviceList, Version,
                [.. list.Devices.Select(entry => new CertifiedDevice(new DeviceId(entry.Device), entry.SignatureKey))])
            : throw new CryptographicException("A stored device list does not verify with the account key beside it.");
}
