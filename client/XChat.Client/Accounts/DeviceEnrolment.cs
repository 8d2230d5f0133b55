using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Client.Accounts;

/// <summary>The keys of a device that is about to become one of an account.</summary>
internal sealed record NewDevice(Guid Device, byte[] PrivateKey, byte[] PublicKey, string Label);

/// <summary>How a device comes into an account's list and how it leaves it, whichever way it learned the root secret.</summary>
internal static class DeviceEnrolment
{
    /// <summary>Makes the keys of a device.</summary>
    public static NewDevice Make(string label)
    {
        using Key key = Key.Create(
            SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        return new NewDevice(
            DeviceId.New().Value, key.Export(KeyBlobFormat.RawPrivateKey), key.PublicKey.Export(KeyBlobFormat.RawPublicKey), LabelOf(label));
    }

    /// <summary>As much of a label as the list takes.</summary>
    public static string LabelOf(string label)
    {
        while (System.Text.Encoding.UTF8.GetByteCount(label) > DeviceList.MaxLabelBytes)
        {
            label = label[..(label.Length / 2)];
        }

        return label;
    }

    /// <summary>The next list, with one device more.</summary>
    public static DeviceList Add(DeviceList list, CertifiedDeviceEntry device, long nowMs)
    {
        if (list.Devices.Count >= DeviceList.MaxDevices)
        {
            throw new XChatException(
                ClientErrorReason.Refused, $"The account has {DeviceList.MaxDevices} devices, which is the most: remove one first (xchat devices revoke).");
        }

        return Next(list, [.. list.Devices, device], nowMs);
    }

    /// <summary>
    /// The next list, without a device. It has to be passed on to a new key (<see cref="AccountKeys.PassOn"/>): that device has the present one.
    /// </summary>
    public static DeviceList Remove(DeviceList list, Guid device, long nowMs) => Next(list, [.. list.Devices.Where(entry => entry.Device != device)], nowMs);

    /// <summary>The next list, in which a device is called otherwise.</summary>
    public static DeviceList Rename(DeviceList list, Guid device, string label, long nowMs) =>
        Next(list, [.. list.Devices.Select(entry => entry.Device == device ? entry with { Label = LabelOf(label) } : entry)], nowMs);

    private static DeviceList Next(DeviceList list, CertifiedDeviceEntry[] devices, long nowMs) =>
        list with { Version = list.Version + 1, IssuedAtMs = nowMs, Devices = devices };

    /// <summary>The account as the new device stores it, when the list that certifies it is in force.</summary>
    /// <exception cref="XChatException">The list is not the account's, or does not hold the device.</exception>
    public static OwnAccount Join(byte[] root, string handle, byte[] signedList, NewDevice device)
    {
        using AccountKeys keys = AccountKeys.FromRoot(root);
        bool certified = DeviceList.TryVerify(signedList, keys.PublicKey, out DeviceList? list)
            && list.Devices.Any(entry => entry.Device == device.Device && entry.SignatureKey.AsSpan().SequenceEqual(device.PublicKey));
        return certified
            ? new OwnAccount(list!.User, device.Device, handle, root, device.PrivateKey, signedList, Registered: true, keys.PublicKey)
            : throw new XChatException(ClientErrorReason.Security, "The account's device list does not hold this device. Begin again with xchat link.");
    }
}
