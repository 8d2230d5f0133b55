using System.Diagnostics.CodeAnalysis;

namespace XChat.Crypto.Identity;

/// <summary>
/// The devices that an account certifies. Each list replaces the one before it; a device that it leaves out is revoked.
/// </summary>
/// <param name="User">The account; not empty.</param>
/// <param name="Version">1 for the first list, then one more each time.</param>
/// <param name="IssuedAtMs">When it was signed, by the signer's clock, Unix milliseconds.</param>
/// <param name="Devices">
/// 1 to <see cref="MaxDevices"/> devices with identifiers and keys of their own. The encoding puts them in order of their identifiers.
/// </param>
public sealed record DeviceList(Guid User, long Version, long IssuedAtMs, IReadOnlyList<CertifiedDeviceEntry> Devices)
{
    /// <summary>How the account came to its present key; null as long as it has its first one.</summary>
    public AccountKeyHistory? History { get; init; }

    /// <summary>Most devices of a list.</summary>
    public const int MaxDevices = 10;

    /// <summary>Longest label of a device, bytes of UTF-8.</summary>
    public const int MaxLabelBytes = 256;

    /// <summary>Longer bytes are not read at all. A full list is well below.</summary>
    public const int MaxSignedBytes = 8 * 1024;

    /// <summary>Bytes of an account key and of a device key.</summary>
    public const int KeySize = 32;

    internal const string SignatureLabel = "XChat 1.0 device list";

    /// <summary>Verifies that a device list was signed by an account key, and reads it. Never throws on foreign bytes.</summary>
    /// <param name="signedList">What <see cref="AccountKeys.Sign"/> made.</param>
    /// <param name="accountKey">The 32-byte Ed25519 account key, from a source that the caller trusts.</param>
    /// <param name="list">The list; null unless the result is true.</param>
    /// <returns>
    /// Whether the signature verifies and the bytes are the one encoding of a list within its bounds. That <see cref="User"/> and
    /// <see cref="Version"/> are the expected ones is for the caller to check.
    /// </returns>
    public static bool TryVerify(ReadOnlySpan<byte> signedList, ReadOnlySpan<byte> accountKey, [NotNullWhen(true)] out DeviceList? list)
    {
        list = null;
        if (signedList.Length is <= LabelledSignature.Size or > MaxSignedBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> content = signedList[..^LabelledSignature.Size];
        if (!LabelledSignature.Verify(accountKey, SignatureLabel, content, signedList[content.Length..])
            || !DeviceListEncoding.TryDecode(content, out DeviceList? read)
            || read.History?.Verify(read.User, accountKey) == false)
        {
            return false;
        }

        list = read;
        return true;
    }

    /// <summary>
    /// Verifies that a device list was signed by an account key that descends from a known one, by successions that are later than a version.
    /// Never throws on foreign bytes.
    /// </summary>
    /// <param name="signedList">What <see cref="AccountKeys.Sign"/> made.</param>
    /// <param name="knownKey">The account key that the caller trusts.</param>
    /// <param name="knownVersion">The newest version of the list that the caller knows of it.</param>
    /// <param name="list">The list, whose <see cref="AccountKeyHistory.PresentKey"/> is the account key now; null unless the result is true.</param>
    public static bool TryVerifySuccessor(
        ReadOnlySpan<byte> signedList, ReadOnlySpan<byte> knownKey, long knownVersion, [NotNullWhen(true)] out DeviceList? list)
    {
        list = null;
        if (signedList.Length is <= LabelledSignature.Size or > MaxSignedBytes
            || !DeviceListEncoding.TryDecode(signedList[..^LabelledSignature.Size], out DeviceList? claimed)
            || claimed.History is not { } history)
        {
            return false;
        }

        return history.DescendsFrom(knownKey, knownVersion) && TryVerify(signedList, history.PresentKey, out list);
    }
}

/// <summary>A certified device.</summary>
/// <param name="Device">Its identifier, unique in the account; not empty.</param>
/// <param name="SignatureKey">Its Ed25519 key, 32 bytes: it signs in with it and signs its MLS leaves with it.</param>
/// <param name="Label">What its owner calls it, at most <see cref="DeviceList.MaxLabelBytes"/> bytes of UTF-8; it may be empty.</param>
public sealed record CertifiedDeviceEntry(Guid Device, byte[] SignatureKey, string Label);
