using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Transparency;

/// <summary>
/// What the log says about an account: under which label (the handle) stands which user with which account key, and which device list is in force.
/// Its one encoding, in the presentation language of TLS:
/// <code>
/// struct { uint16 format = 1; opaque label&lt;V&gt;; opaque user[16]; opaque account_key[32]; uint64 version;
///          opaque device_list_hash[32]; opaque previous[32]; } AccountStatement;
/// </code>
/// A statement whose account key is not that of the one before has format 2 and ends with <c>opaque succession[64]</c>.
/// </summary>
/// <param name="Label">The normalised handle, 1 to <see cref="MaxLabelBytes"/> bytes of ASCII.</param>
/// <param name="User">The account; not empty.</param>
/// <param name="AccountKey">Its Ed25519 account key, 32 bytes.</param>
/// <param name="Version">The version of the device list, at least 1; it rises from statement to statement of a label.</param>
/// <param name="DeviceListHash">SHA-256 of the signed device list.</param>
/// <param name="Previous">The log hash of the label's statement before this one; 32 zero bytes for the first.</param>
/// <param name="Succession">
/// The signature of the account key before over the one of this statement (<see cref="KeySuccession"/>), 64 bytes; null: the key is the one before.
/// </param>
public sealed record AccountStatement(
    string Label, Guid User, byte[] AccountKey, long Version, byte[] DeviceListHash, byte[] Previous, byte[]? Succession = null)
{
    /// <summary>Longest label, bytes.</summary>
    public const int MaxLabelBytes = 64;

    /// <summary>Longer bytes are not read at all.</summary>
    public const int MaxBytes = 256;

    private const ushort Format = 1;
    private const ushort FormatWithSuccession = 2;
    private const int HashSize = 32;
    private const int IdSize = 16;

    /// <summary>What <see cref="Previous"/> is in the first statement of a label.</summary>
    public static byte[] NoPrevious => new byte[HashSize];

    /// <summary>The place of a label in the prefix tree: SHA-256, so that labels spread evenly.</summary>
    public static byte[] KeyOf(string label) => SHA256.HashData(Encoding.ASCII.GetBytes(label));

    /// <summary>The bytes that stand in the log.</summary>
    /// <exception cref="ArgumentException">A part breaks its bound.</exception>
    public byte[] Encode()
    {
        if (!IsWellFormed())
        {
            throw new ArgumentException("A part of an account statement breaks its bound.");
        }

        return TlsWriter.Encode(writer =>
        {
            writer.U16(Succession is null ? Format : FormatWithSuccession);
            writer.Bytes(Encoding.ASCII.GetBytes(Label));
            writer.Raw(User.ToByteArray(bigEndian: true));
            writer.Raw(AccountKey);
            writer.U64((ulong)Version);
            writer.Raw(DeviceListHash);
            writer.Raw(Previous);
            writer.Raw(Succession ?? []);
        });
    }

    /// <summary>Whether this may follow a statement of the same label with another account key: that key signed for it.</summary>
    public bool Succeeds(ReadOnlySpan<byte> keyBefore) =>
        Succession is not null && new KeySuccession(AccountKey, Version, Succession).Verify(keyBefore, User);

    /// <summary>Reads a statement. Never throws on foreign bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AccountStatement? statement)
    {
        statement = null;
        if (bytes.Length > MaxBytes)
        {
            return false;
        }

        try
        {
            TlsReader reader = new(bytes);
            ushort format = reader.U16();
            AccountStatement read = new(
                Encoding.ASCII.GetString(reader.Span()), new Guid(reader.Raw(IdSize), bigEndian: true), reader.Raw(HashSize).ToArray(),
                checked((long)reader.U64()), reader.Raw(HashSize).ToArray(), reader.Raw(HashSize).ToArray(),
                format == FormatWithSuccession ? reader.Raw(KeySuccession.SignatureSize).ToArray() : null);
            reader.End();
            statement = format is Format or FormatWithSuccession && read.IsWellFormed() && read.Encode().AsSpan().SequenceEqual(bytes) ? read : null;
        }
        catch (Exception problem) when (problem is MlsException or OverflowException)
        {
            // Bytes that are no statement are an expected outcome here.
        }

        return statement is not null;
    }

    private bool IsWellFormed() =>
        Label is { Length: > 0 and <= MaxLabelBytes } && Ascii.IsValid(Label) && User != Guid.Empty && Version >= 1
        && AccountKey is { Length: HashSize } && DeviceListHash is { Length: HashSize } && Previous is { Length: HashSize }
        && Succession is null or { Length: KeySuccession.SignatureSize };
}
