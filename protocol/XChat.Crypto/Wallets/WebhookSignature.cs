using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace XChat.Crypto.Wallets;

/// <summary>
/// Signatures of webhooks by the Standard Webhooks convention: HMAC-SHA256 over <c>id.timestamp.body</c>, base64, behind <c>v1,</c>; several stand in
/// one header with spaces between, so that a key can be changed without a gap.
/// </summary>
public static class WebhookSignature
{
    /// <summary>Names the event; the same in every repeat of it.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>When this delivery was signed, Unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The signatures.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far a timestamp may be from the receiver's clock, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string SecretPrefix = "whsec_";
    private const string Scheme = "v1,";
    private const int FewestSecretBytes = 24;
    private const int MostSecretBytes = 64;
    private const int LongestId = 256;

    // A sender that changes keys signs with two. More would be work that a stranger can ask for.
    private const int MostSignatures = 8;

    /// <summary>Reads a secret as senders hand it out: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    public static bool TryReadSecret(string? text, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        if (text is null || !text.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        byte[] bytes = new byte[MostSecretBytes];
        if (!Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out int length) || length < FewestSecretBytes)
        {
            return false;
        }

        secret = bytes[..length];
        return true;
    }

    /// <summary>The form in which a secret is handed out.</summary>
    public static string WriteSecret(ReadOnlySpan<byte> secret) => SecretPrefix + Convert.ToBase64String(secret);

    /// <summary>Signs one delivery: a member of the signature header.</summary>
    public static string Sign(ReadOnlySpan<byte> secret, string id, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Scheme + Convert.ToBase64String(Mac(secret, id, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body));
    }

    /// <summary>
    /// Whether a delivery is from somebody who has one of the secrets, and recent. Never throws on foreign input; signatures are compared in constant
    /// time, and before the timestamp is looked at.
    /// </summary>
    /// <param name="secrets">Those that count now: one, or two while a key is changed.</param>
    /// <param name="id">The header <see cref="IdHeader"/>; null when it is missing.</param>
    /// <param name="timestamp">The header <see cref="TimestampHeader"/>.</param>
    /// <param name="signatures">The header <see cref="SignatureHeader"/>.</param>
    /// <param name="body">The body as it came, byte for byte.</param>
    /// <param name="now">The receiver's clock.</param>
    public static WebhookVerdict Verify(
        IReadOnlyList<byte[]> secrets, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        // A point in the id would let the bytes that were signed be cut into another id, time and body.
        bool wellFormed = id is { Length: > 0 and <= LongestId } && !id.Contains('.', StringComparison.Ordinal)
            && signatures is { Length: > 0 }
            && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!wellFormed)
        {
            return WebhookVerdict.Malformed;
        }

        if (!IsSigned(secrets, id!, timestamp!, signatures!, body))
        {
            return WebhookVerdict.SignatureInvalid;
        }

        long age = now.ToUnixTimeSeconds() - long.Parse(timestamp!, CultureInfo.InvariantCulture);
        return Math.Abs(age) <= (long)Tolerance.TotalSeconds ? WebhookVerdict.Valid : WebhookVerdict.Stale;
    }

    private static bool IsSigned(IReadOnlyList<byte[]> secrets, string id, string timestamp, string signatures, ReadOnlySpan<byte> body)
    {
        bool signed = false;
        byte[] candidate = new byte[HMACSHA256.HashSizeInBytes + 1];
        foreach (byte[] secret in secrets)
        {
            byte[] expected = Mac(secret, id, timestamp, body);
            foreach (string one in signatures.Split(' ', MostSignatures + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostSignatures))
            {
                signed |= one.StartsWith(Scheme, StringComparison.Ordinal)
                    && Convert.TryFromBase64String(one[Scheme.Length..], candidate, out int length)
                    && CryptographicOperations.FixedTimeEquals(candidate.AsSpan(0, length), expected);
            }
        }

        return signed;
    }

    private static byte[] Mac(ReadOnlySpan<byte> secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using IncrementalHash mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}

/// <summary>What is to be thought of a webhook, in order of precedence.</summary>
public enum WebhookVerdict
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>It is from the one who has the secret, and recent.</summary>
    Valid = 1,

    /// <summary>A header is missing or none that a sender would write.</summary>
    Malformed = 2,

    /// <summary>Nobody with a secret that counts has signed this id, timestamp and body.</summary>
    SignatureInvalid = 3,

    /// <summary>It was signed too long ago, or in the future: a recording, or a clock that is wrong.</summary>
    Stale = 4,
}
