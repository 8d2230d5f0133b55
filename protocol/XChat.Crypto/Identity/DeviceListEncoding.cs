using System.Diagnostics.CodeAnalysis;
using System.Text;

using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Identity;

/// <summary>
/// The one encoding of a device list, in the presentation language of TLS (RFC 8446 section 3, vectors as in RFC 9420 section 2.1.2):
/// <code>
/// struct { opaque device[16]; opaque signature_key[32]; opaque label&lt;V&gt;; } Entry;
/// struct { uint16 format = 1; opaque user[16]; uint64 version; uint64 issued_at_ms; Entry devices&lt;V&gt;; } DeviceList;
/// </code>
/// and once the account key was passed on:
/// <code>
/// struct { opaque new_key[32]; uint64 version; opaque signature[64]; } Succession;
/// struct { opaque device[16]; opaque sealed[80]; } Share;
/// struct { uint16 format = 2; ...; Entry devices&lt;V&gt;; opaque first_key[32]; Succession successions&lt;V&gt;; Share shares&lt;V&gt;; } DeviceList;
/// </code>
/// Entries and shares stand in ascending order of their identifiers, so that equal lists have equal bytes.
/// </summary>
internal static class DeviceListEncoding
{
    private const ushort Format = 1;
    private const ushort FormatWithHistory = 2;
    private const int IdSize = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Comparer<Guid> EncodedOrder = Comparer<Guid>.Create(static (one, other) =>
        one.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(other.ToByteArray(bigEndian: true)));

    public static byte[] Encode(DeviceList list)
    {
        CertifiedDeviceEntry[] devices = [.. list.Devices.OrderBy(entry => entry.Device, EncodedOrder)];
        AccountKeyHistory? history = list.History is null
            ? null
            : list.History with { Shares = [.. list.History.Shares.OrderBy(share => share.Device, EncodedOrder)] };
        if (FindFault(list with { Devices = devices, History = history }) is { } fault)
        {
            throw new ArgumentException(fault, nameof(list));
        }

        return TlsWriter.Encode(writer =>
        {
            writer.U16(history is null ? Format : FormatWithHistory);
            writer.Raw(list.User.ToByteArray(bigEndian: true));
            writer.U64((ulong)list.Version);
            writer.U64((ulong)list.IssuedAtMs);
            writer.Vector(devices, static (inner, entry) =>
            {
                inner.Raw(entry.Device.ToByteArray(bigEndian: true));
                inner.Raw(entry.SignatureKey);
                inner.Bytes(StrictUtf8.GetBytes(entry.Label));
            });
            if (history is not null)
            {
                Write(writer, history);
            }
        });
    }

    public static bool TryDecode(ReadOnlySpan<byte> content, [NotNullWhen(true)] out DeviceList? list)
    {
        list = null;
        try
        {
            DeviceList read = Read(content);
            list = FindFault(read) is null ? read : null;
        }
        catch (Exception problem) when (problem is MlsException or DecoderFallbackException or OverflowException)
        {
            // Bytes that are no device list are an expected outcome here.
        }

        return list is not null;
    }

    private static DeviceList Read(ReadOnlySpan<byte> content)
    {
        TlsReader reader = new(content);
        ushort format = reader.U16();
        if (format is not (Format or FormatWithHistory))
        {
            throw MlsException.Malformed("device list: unknown format");
        }

        DeviceList list = new(
            new Guid(reader.Raw(IdSize), bigEndian: true),
            checked((long)reader.U64()),
            checked((long)reader.U64()),
            reader.Vector(static (ref TlsReader inner) => new CertifiedDeviceEntry(
                new Guid(inner.Raw(IdSize), bigEndian: true), inner.Raw(DeviceList.KeySize).ToArray(), StrictUtf8.GetString(inner.Span()))))
        {
            History = format == Format ? null : ReadHistory(ref reader),
        };
        reader.End();
        return list;
    }

    private static void Write(TlsWriter writer, AccountKeyHistory history)
    {
        writer.Raw(history.FirstKey);
        writer.Vector(history.Successions, static (inner, succession) =>
        {
            inner.Raw(succession.NewKey);
            inner.U64((ulong)succession.Version);
            inner.Raw(succession.Signature);
        });
        writer.Vector(history.Shares, static (inner, share) =>
        {
            inner.Raw(share.Device.ToByteArray(bigEndian: true));
            inner.Raw(share.Sealed);
        });
    }

    private static AccountKeyHistory ReadHistory(ref TlsReader reader) => new(
        reader.Raw(DeviceList.KeySize).ToArray(),
        reader.Vector(static (ref TlsReader inner) => new KeySuccession(
            inner.Raw(DeviceList.KeySize).ToArray(), checked((long)inner.U64()), inner.Raw(KeySuccession.SignatureSize).ToArray())),
        reader.Vector(static (ref TlsReader inner) => new RootShare(
            new Guid(inner.Raw(IdSize), bigEndian: true), inner.Raw(RootShare.SealedSize).ToArray())));

    /// <summary>What is wrong with a list whose devices are in order, or null.</summary>
    private static string? FindFault(DeviceList list) =>
        list.User == Guid.Empty ? "The device list names no user."
        : list.Version < 1 ? "The version of a device list is at least 1."
        : list.IssuedAtMs < 0 ? "The time of a device list is not negative."
        : list.Devices.Count is 0 or > DeviceList.MaxDevices ? $"A device list has 1 to {DeviceList.MaxDevices} devices."
        : list.Devices.Select(FindFault).FirstOrDefault(fault => fault is not null) ?? FindDisorder(list.Devices)
            ?? (list.History is null ? null : FindFault(list.History, list.Version));

    private static string? FindFault(AccountKeyHistory history, long version) =>
        history.FirstKey is not { Length: DeviceList.KeySize } || history.Successions.Any(next => next.NewKey is not { Length: DeviceList.KeySize })
            ? $"An account key has {DeviceList.KeySize} bytes."
        : history.Successions.Count is 0 or > AccountKeyHistory.MaxSuccessions
            ? $"A history of account keys has 1 to {AccountKeyHistory.MaxSuccessions} successions."
        : history.Successions.Any(next => next.Signature is not { Length: KeySuccession.SignatureSize })
            ? $"A signature has {KeySuccession.SignatureSize} bytes."
        : history.Successions[0].Version <= 1 || history.Successions[^1].Version > version
            || history.Successions.Zip(history.Successions.Skip(1)).Any(pair => pair.First.Version >= pair.Second.Version)
            ? "Successions have rising versions, from 2 to that of the list."
        : history.Shares.Count > DeviceList.MaxDevices || history.Shares.Any(share => share.Sealed is not { Length: RootShare.SealedSize })
            || history.Shares.Zip(history.Shares.Skip(1)).Any(pair => EncodedOrder.Compare(pair.First.Device, pair.Second.Device) >= 0)
            ? "The shares of a root secret are one for each device at most, in ascending order."
        : null;

    private static string? FindFault(CertifiedDeviceEntry entry) =>
        entry.Device == Guid.Empty ? "A device has no identifier."
        : entry.SignatureKey is not { Length: DeviceList.KeySize } ? $"A device's signature key has {DeviceList.KeySize} bytes."
        : LabelBytes(entry.Label) is null or > DeviceList.MaxLabelBytes
            ? $"A device's label is valid Unicode of at most {DeviceList.MaxLabelBytes} bytes in UTF-8."
        : null;

    private static string? FindDisorder(IReadOnlyList<CertifiedDeviceEntry> devices)
    {
        for (int index = 1; index < devices.Count; index++)
        {
            if (EncodedOrder.Compare(devices[index - 1].Device, devices[index].Device) >= 0)
            {
                return "The devices of a list are in ascending order, each once.";
            }
        }

        return devices.DistinctBy(entry => Convert.ToHexString(entry.SignatureKey)).Count() == devices.Count
            ? null
            : "Two devices of a list have the same key.";
    }

    private static int? LabelBytes(string? label)
    {
        try
        {
            return label is null ? null : StrictUtf8.GetByteCount(label);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
