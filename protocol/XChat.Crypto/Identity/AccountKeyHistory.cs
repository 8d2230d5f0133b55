using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Sodium;

namespace XChat.Crypto.Identity;

/// <summary>
/// How an account came to its present account key. Each time a device is taken out, the account gets a new root secret, because the device had the one
/// before: the old key certifies the new one, and the devices that stay find the new root secret sealed to their own keys.
/// </summary>
/// <param name="FirstKey">The key that the first succession starts from, 32 bytes.</param>
/// <param name="Successions">
/// 1 to <see cref="MaxSuccessions"/>, oldest first; older ones are dropped. Whoever knows only a key from before them has to compare safety numbers again.
/// </param>
/// <param name="Shares">The present root secret for each device that stayed at the last succession, in order of their identifiers.</param>
public sealed record AccountKeyHistory(byte[] FirstKey, IReadOnlyList<KeySuccession> Successions, IReadOnlyList<RootShare> Shares)
{
    /// <summary>Most successions that are carried along.</summary>
    public const int MaxSuccessions = 32;

    /// <summary>The account key now.</summary>
    public byte[] PresentKey => Successions[^1].NewKey;

    /// <summary>Whether the present key descends from a key that was in force at a version of the device list.</summary>
    /// <param name="knownKey">An account key that is believed.</param>
    /// <param name="knownVersion">The newest version that is known of it: a key that was given up by then passes nothing on.</param>
    public bool DescendsFrom(ReadOnlySpan<byte> knownKey, long knownVersion)
    {
        byte[] key = FirstKey;
        foreach (KeySuccession succession in Successions)
        {
            if (knownKey.SequenceEqual(key))
            {
                return succession.Version > knownVersion;
            }

            key = succession.NewKey;
        }

        return false;
    }

    /// <summary>Whether the last succession is the one from a key, with a version: nothing lies between.</summary>
    public bool IsStep(ReadOnlySpan<byte> from, long version) =>
        Successions[^1].Version == version && from.SequenceEqual(Successions.Count > 1 ? Successions[^2].NewKey : FirstKey);

    /// <summary>Opens the root secret that was sealed to a device.</summary>
    /// <param name="user">The account.</param>
    /// <param name="device">The device.</param>
    /// <param name="deviceKey">Its Ed25519 private key, 32 bytes.</param>
    /// <returns>The root secret, which the caller erases. Null: the device was given none, or not the one of the present account key.</returns>
    public byte[]? OpenRoot(Guid user, Guid device, ReadOnlySpan<byte> deviceKey)
    {
        RootShare? share = Shares.FirstOrDefault(share => share.Device == device);
        if (share is null || RootSeal.Open(share, user, PresentKey, deviceKey) is not { } root)
        {
            return null;
        }

        using AccountKeys keys = AccountKeys.FromRoot(root);
        return keys.PublicKey.AsSpan().SequenceEqual(PresentKey) ? root : null;
    }

    /// <summary>Whether every succession is signed by the key before it, and the last leads to the key.</summary>
    internal bool Verify(Guid user, ReadOnlySpan<byte> accountKey)
    {
        byte[] key = FirstKey;
        foreach (KeySuccession succession in Successions)
        {
            if (!succession.Verify(key, user))
            {
                return false;
            }

            key = succession.NewKey;
        }

        return accountKey.SequenceEqual(key);
    }
}

/// <summary>An account key certifies the one that takes its place with a version of the device list.</summary>
/// <param name="NewKey">The account key from then on, 32 bytes.</param>
/// <param name="Version">The version of the device list with which it takes effect.</param>
/// <param name="Signature">Of the key before it, 64 bytes.</param>
public sealed record KeySuccession(byte[] NewKey, long Version, byte[] Signature)
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = LabelledSignature.Size;

    internal const string SignatureLabel = "XChat 1.0 account key succession";

    /// <summary>Whether the key before it signed this for the account. Never throws on foreign bytes.</summary>
    public bool Verify(ReadOnlySpan<byte> keyBefore, Guid user) =>
        LabelledSignature.Verify(keyBefore, SignatureLabel, Content(user, Version, NewKey), Signature);

    internal static KeySuccession Sign(Key keyBefore, Guid user, long version, byte[] newKey) =>
        new(newKey, version, LabelledSignature.Sign(keyBefore, SignatureLabel, Content(user, version, newKey)));

    private static byte[] Content(Guid user, long version, byte[] newKey) => TlsWriter.Encode(writer =>
    {
        writer.Raw(user.ToByteArray(bigEndian: true));
        writer.U64((ulong)version);
        writer.Raw(newKey);
    });
}

/// <summary>The root secret for one device: HPKE to the X25519 form of its Ed25519 key, <see cref="SealedSize"/> bytes.</summary>
public sealed record RootShare(Guid Device, byte[] Sealed)
{
    /// <summary>Bytes of a sealed root secret: encapsulated key, secret, tag.</summary>
    public const int SealedSize = 32 + AccountKeys.RootSize + 16;
}

/// <summary>
/// Seals root secrets to devices. A device's Ed25519 key serves as X25519 key too (its one birational form): the signatures are labelled, HPKE binds account,
/// device and account key, so neither use gives the other anything.
/// </summary>
internal static class RootSeal
{
    private const int KeySize = 32;

    private static readonly HpkeSuite Suite = new(Aead.ChaCha20Poly1305);

    private static ReadOnlySpan<byte> Label => "XChat 1.0 root share\0"u8;

    public static RootShare? Seal(ReadOnlySpan<byte> root, Guid user, CertifiedDeviceEntry device, ReadOnlySpan<byte> accountKey)
    {
        byte[] recipient = new byte[KeySize];
        return Libsodium.Ed25519ToX25519(recipient, device.SignatureKey) == 0
            && Suite.Seal(recipient, Info(user, device.Device), accountKey, root) is (var encapsulated, var ciphertext)
                ? new RootShare(device.Device, [.. encapsulated, .. ciphertext])
                : null;
    }

    public static byte[]? Open(RootShare share, Guid user, ReadOnlySpan<byte> accountKey, ReadOnlySpan<byte> deviceKey)
    {
        // The private key of both is the first half of the same hash (RFC 8032 section 5.1.5); X25519 clamps it itself.
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(deviceKey, hash);
        byte[]? root = Suite.Open(
            share.Sealed.AsSpan(0, KeySize), hash[..KeySize], Info(user, share.Device), accountKey, share.Sealed.AsSpan(KeySize));
        CryptographicOperations.ZeroMemory(hash);
        return root is { Length: AccountKeys.RootSize } ? root : null;
    }

    private static byte[] Info(Guid user, Guid device) => [.. Label, .. MemberIdentity.Encode(user, device)];
}
