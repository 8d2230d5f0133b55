using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.Client.Accounts;

/// <summary>Who this device is, and the key that it signs with: to sign in, and as leaf of every MLS group.</summary>
internal sealed class DeviceKeys : IDisposable
{
    public DeviceKeys(OwnAccount account)
    {
        (User, Device, Handle) = (account.User, account.Device, account.Handle);
        Signing = Key.Import(SignatureAlgorithm.Ed25519, account.DeviceKey, KeyBlobFormat.RawPrivateKey);
        PublicKey = Signing.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        Identity = MemberIdentity.Encode(User, Device);
    }

    public Guid User { get; }

    public Guid Device { get; }

    public string Handle { get; }

    public Key Signing { get; }

    public byte[] PublicKey { get; }

    /// <summary>The identity of the device's leaf in every group.</summary>
    public byte[] Identity { get; }

    public void Dispose() => Signing.Dispose();
}
