using System.Diagnostics.CodeAnalysis;
using System.Text;

using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Identity;

/// <summary>
/// What an old device says of itself: its account, a fresh X25519 key and 32 random bytes.
/// <c>struct { opaque user[16]; opaque key[32]; opaque nonce[32]; }</c>.
/// </summary>
public sealed record LinkOffer(Guid User, byte[] EphemeralKey, byte[] Nonce)
{
    private const int Size = 16 + DeviceLink.PartSize + DeviceLink.PartSize;

    /// <summary>The bytes that travel.</summary>
    public byte[] Encode() => [.. User.ToByteArray(bigEndian: true), .. EphemeralKey, .. Nonce];

    /// <summary>Reads an offer. Never throws on foreign bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LinkOffer? offer)
    {
        offer = bytes.Length != Size ? null : new LinkOffer(
            new Guid(bytes[..16], bigEndian: true), bytes.Slice(16, DeviceLink.PartSize).ToArray(), bytes[(16 + DeviceLink.PartSize)..].ToArray());
        return offer is not null && offer.User != Guid.Empty;
    }
}

/// <summary>
/// What a new device says of itself: its id, its Ed25519 key, what it is to be called, a fresh X25519 key and 32 random bytes.
/// <c>struct { opaque device[16]; opaque signature_key[32]; opaque label&lt;V&gt;; opaque key[32]; opaque nonce[32]; }</c>.
/// </summary>
public sealed record LinkReveal(Guid Device, byte[] SignatureKey, string Label, byte[] EphemeralKey, byte[] Nonce)
{
    /// <summary>The bytes that travel.</summary>
    public byte[] Encode() => TlsWriter.Encode(writer =>
    {
        writer.Raw(Device.ToByteArray(bigEndian: true));
        writer.Raw(SignatureKey);
        writer.Bytes(Encoding.UTF8.GetBytes(Label));
        writer.Raw(EphemeralKey);
        writer.Raw(Nonce);
    });

    /// <summary>Reads a reveal. Never throws on foreign bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LinkReveal? reveal)
    {
        reveal = null;
        try
        {
            TlsReader reader = new(bytes);
            LinkReveal read = new(
                new Guid(reader.Raw(16), bigEndian: true), reader.Raw(DeviceLink.PartSize).ToArray(), Encoding.UTF8.GetString(reader.Span()),
                reader.Raw(DeviceLink.PartSize).ToArray(), reader.Raw(DeviceLink.PartSize).ToArray());
            reader.End();
            bool proper = read.Device != Guid.Empty && Encoding.UTF8.GetByteCount(read.Label) <= DeviceList.MaxLabelBytes
                && read.Encode().AsSpan().SequenceEqual(bytes);
            reveal = proper ? read : null;
        }
        catch (MlsException)
        {
            // Bytes that are no reveal are an expected outcome here.
        }

        return reveal is not null;
    }
}

/// <summary>
/// What makes the new device one of the account: the root secret, the handle, and the device list that certifies it.
/// <c>struct { opaque root[32]; opaque handle&lt;V&gt;; opaque device_list&lt;V&gt;; }</c>.
/// </summary>
public sealed record LinkedAccount(byte[] Root, string Handle, byte[] DeviceList)
{
    /// <summary>The bytes that are sealed. The caller erases them.</summary>
    public byte[] Encode() => TlsWriter.Encode(writer =>
    {
        writer.Raw(Root);
        writer.Bytes(Encoding.UTF8.GetBytes(Handle));
        writer.Bytes(DeviceList);
    });

    /// <summary>Reads what was sealed. Never throws on foreign bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LinkedAccount? account)
    {
        account = null;
        try
        {
            TlsReader reader = new(bytes);
            LinkedAccount read = new(reader.Raw(AccountKeys.RootSize).ToArray(), Encoding.UTF8.GetString(reader.Span()), reader.Bytes());
            reader.End();
            account = read;
        }
        catch (MlsException)
        {
            // Bytes that are no account are an expected outcome here.
        }

        return account is not null;
    }
}
