using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Recovery;

/// <summary>
/// How a device shows a realm that it may speak for an account: its signature over this realm, the operation, the body and the revision of the
/// record, together with the device list that the account key signed. Good for one realm, one operation and one revision.
/// </summary>
/// <param name="Device">The device.</param>
/// <param name="TimeMs">When it signed, Unix milliseconds.</param>
/// <param name="Revision">The revision of the record that it has seen; 0 when the realm had none.</param>
/// <param name="ListVersion">The version of the device list that certifies it.</param>
public sealed record DeviceProof(Guid Device, long TimeMs, long Revision, long ListVersion)
{
    /// <summary>Longest proof, bytes.</summary>
    public const int MaxBytes = DeviceList.MaxSignedBytes + 128;

    private const string Label = "XChat 1.0 realm call";

    /// <summary>Signs a call.</summary>
    public static byte[] Create(
        Key deviceKey, Guid device, byte[] signedDeviceList, byte[] accountKey, Guid realm, string operation, long timeMs, long revision, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(deviceKey);
        byte[] content = Content(accountKey, realm, operation, device, timeMs, revision, SHA256.HashData(body));
        return TlsWriter.Encode(writer =>
        {
            writer.Raw(device.ToByteArray(bigEndian: true));
            writer.U64((ulong)timeMs);
            writer.U64((ulong)revision);
            writer.Bytes(signedDeviceList);
            writer.Raw(LabelledSignature.Sign(deviceKey, Label, content));
        });
    }

    /// <summary>
    /// Verifies a call. That the time is near, the revision current and the list the newest is for the caller to judge. Never throws on foreign bytes.
    /// </summary>
    public static bool TryVerify(
        ReadOnlySpan<byte> proof, ReadOnlySpan<byte> accountKey, Guid realm, string operation, ReadOnlySpan<byte> bodyHash,
        [NotNullWhen(true)] out DeviceProof? verified)
    {
        verified = null;
        if (proof.Length > MaxBytes)
        {
            return false;
        }

        try
        {
            TlsReader reader = new(proof);
            Guid device = new(reader.Raw(16), bigEndian: true);
            long timeMs = checked((long)reader.U64());
            long revision = checked((long)reader.U64());
            ReadOnlySpan<byte> signedList = reader.Span();
            ReadOnlySpan<byte> signature = reader.Raw(LabelledSignature.Size);
            reader.End();
            byte[] content = Content(accountKey, realm, operation, device, timeMs, revision, bodyHash);
            if (DeviceList.TryVerify(signedList, accountKey, out DeviceList? list)
                && list.Devices.FirstOrDefault(entry => entry.Device == device) is { } certified
                && LabelledSignature.Verify(certified.SignatureKey, Label, content, signature))
            {
                verified = new DeviceProof(device, timeMs, revision, list.Version);
            }
        }
        catch (Exception problem) when (problem is MlsException or OverflowException)
        {
            // Bytes that are no proof are an expected outcome here.
        }

        return verified is not null;
    }

    private static byte[] Content(
        ReadOnlySpan<byte> accountKey, Guid realm, string operation, Guid device, long timeMs, long revision, ReadOnlySpan<byte> bodyHash)
    {
        TlsWriter writer = new();
        writer.Bytes(accountKey);
        writer.Raw(realm.ToByteArray(bigEndian: true));
        writer.Bytes(Encoding.ASCII.GetBytes(operation));
        writer.Raw(device.ToByteArray(bigEndian: true));
        writer.U64((ulong)timeMs);
        writer.U64((ulong)revision);
        writer.Bytes(bodyHash);
        return writer.ToArray();
    }
}
