using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

using XChat.Crypto.Transparency;

namespace XChat.Crypto.Identity;

/// <summary>
/// What the QR code of a safety number says: the two accounts with their keys as its owner has them, and the newest head of the key log that its owner has
/// seen. Text: <c>xchat:verify:</c> and base64url of a format byte (1), own user (16), own account key (32), other user (16), other account key (32) and
/// the signed head (148, or nothing).
/// </summary>
public sealed record SafetyCode(Guid User, byte[] AccountKey, Guid OtherUser, byte[] OtherAccountKey, byte[]? LogHead)
{
    private const string Scheme = "xchat:verify:";
    private const byte Format = 1;
    private const int IdSize = 16;
    private const int KeySize = 32;
    private const int PairSize = 2 * (IdSize + KeySize);

    /// <summary>The text of the code.</summary>
    public override string ToString() => Scheme + Base64Url.EncodeToString(
    [
        Format, .. User.ToByteArray(bigEndian: true), .. AccountKey, .. OtherUser.ToByteArray(bigEndian: true), .. OtherAccountKey, .. LogHead ?? [],
    ]);

    /// <summary>Reads a code. Never throws on foreign text.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SafetyCode? code)
    {
        code = null;
        const int MostChars = 500;
        if (text is null || text.Length > MostChars || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> encoded = text.AsSpan(Scheme.Length).Trim();
        if (!Base64Url.IsValid(encoded))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(encoded);
        if (bytes.Length is not (1 + PairSize or 1 + PairSize + SignedLogHead.Size) || bytes[0] != Format)
        {
            return false;
        }

        ReadOnlySpan<byte> other = bytes[(1 + IdSize + KeySize)..];
        code = new SafetyCode(
            new Guid(bytes.Slice(1, IdSize), bigEndian: true), bytes.Slice(1 + IdSize, KeySize).ToArray(),
            new Guid(other[..IdSize], bigEndian: true), other.Slice(IdSize, KeySize).ToArray(),
            bytes.Length == 1 + PairSize ? null : bytes[(1 + PairSize)..].ToArray());
        return true;
    }

    /// <summary>Whether another person's code speaks of the same two accounts with the same keys, seen from the other side.</summary>
    public bool Mirrors(SafetyCode other) =>
        other is not null && User == other.OtherUser && OtherUser == other.User
        && AccountKey.AsSpan().SequenceEqual(other.OtherAccountKey) && OtherAccountKey.AsSpan().SequenceEqual(other.AccountKey);
}
