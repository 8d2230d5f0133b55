using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using XChat.Crypto.Wallets;

namespace XChat.Rails.Stripe;

/// <summary>
/// Verifies what Stripe signs: the header <c>Stripe-Signature: t=…,v1=…</c>, with HMAC-SHA256 of the timestamp, a dot and the body as it came. Stripe.net has a
/// check of its own; it does not tell a stale signature from a wrong one, and takes text instead of bytes.
/// </summary>
public static class StripeSignature
{
    /// <summary>The header, in small letters.</summary>
    public const string Header = "stripe-signature";

    private const int LongestHeader = 4 * 1024;

    /// <summary>Checks a signature against each secret; all of them are compared, in constant time. Precedence: malformed, invalid, stale.</summary>
    /// <param name="secrets">The endpoint's secrets, <c>whsec_…</c>; Stripe uses the text itself as the key.</param>
    /// <param name="header">The header; null when it is missing.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <param name="now">The time that the timestamp is compared with: five minutes either way, as with every rail.</param>
    public static WebhookVerdict Verify(IReadOnlyList<string> secrets, string? header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (header is not { Length: > 0 and <= LongestHeader } || !TryRead(header, out string time, out long signedAt, out List<byte[]> signatures))
        {
            return WebhookVerdict.Malformed;
        }

        byte[] signed = [.. Encoding.ASCII.GetBytes(time), (byte)'.', .. body];
        bool valid = false;
        foreach (string secret in secrets)
        {
            byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
            foreach (byte[] signature in signatures)
            {
                valid |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return !valid ? WebhookVerdict.SignatureInvalid
            : Math.Abs(now.ToUnixTimeSeconds() - signedAt) > (long)WebhookSignature.Tolerance.TotalSeconds ? WebhookVerdict.Stale
            : WebhookVerdict.Valid;
    }

    /// <summary>One timestamp exactly: with two of them, one could be signed and the other be fresh. Other schemes than v1 say nothing.</summary>
    private static bool TryRead(string header, out string time, out long signedAt, out List<byte[]> signatures)
    {
        (time, signedAt, signatures) = (string.Empty, 0, []);
        foreach (string part in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            string value = part[(equals + 1)..];
            if (name == "t")
            {
                if (time.Length > 0 || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out signedAt) || signedAt > uint.MaxValue)
                {
                    return false;
                }

                time = value;
            }
            else if (name == "v1" && value.Length == 2 * SHA256.HashSizeInBytes && value.All(char.IsAsciiHexDigit))
            {
                signatures.Add(Convert.FromHexString(value));
            }
        }

        return time.Length > 0 && signatures.Count > 0;
    }
}
