using System.Collections.Concurrent;
using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Testing.Conversations;

/// <summary>Device lists as a test writes them, in place of the accounts.</summary>
public sealed class ScriptedDevices : IDeviceDirectory
{
    private readonly ConcurrentDictionary<UserId, AccountDescription> _accounts = new();

    /// <summary>Puts the next device list of a person in force; the keys are made from the devices.</summary>
    public void Publish(UserId user, params IEnumerable<DeviceId> devices) => _accounts.AddOrUpdate(
        user,
        _ => Describe(devices, 1),
        (_, last) => Describe(devices, last.DeviceListVersion + 1));

    /// <summary>The signature key that a device is certified with here.</summary>
    public static byte[] KeyOf(DeviceId device)
    {
        using Key key = SigningKeyOf(device);
        return key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    /// <summary>Its private half. Made from the device's id, so that a test needs to keep nothing; the caller disposes it.</summary>
    public static Key SigningKeyOf(DeviceId device) => Key.Import(
        SignatureAlgorithm.Ed25519, SHA256.HashData(device.Value.ToByteArray(bigEndian: true)), KeyBlobFormat.RawPrivateKey);

    /// <inheritdoc/>
    public Task<AccountDescription> DescribeAsync(UserId user) => Task.FromResult(
        _accounts.TryGetValue(user, out AccountDescription? account) ? account : new AccountDescription(false, "", [], [], 0, []));

    private static AccountDescription Describe(IEnumerable<DeviceId> devices, long version) => new(
        true, "somebody", [], [], version, [.. devices.Select(device => new CertifiedDevice(device, KeyOf(device)))]);
}
