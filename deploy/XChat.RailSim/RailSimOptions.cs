using XChat.Crypto.Wallets;

namespace XChat.RailSim;

/// <summary>What the rail has to be told.</summary>
/// <param name="Urls">Where it listens.</param>
/// <param name="Postgres">Its own database.</param>
/// <param name="ApiKey">Who has it may order payments and ask for faults.</param>
/// <param name="Secrets">What it signs webhooks with: one secret, or the new and the old one while it is changed.</param>
/// <param name="Webhook">Where it sends webhooks, until it is told another address; null for nowhere.</param>
/// <param name="SettleAfter">How long it takes over a payment.</param>
/// <param name="EndWithInput">Whether it ends when its standard input does, which is when the process that started it has gone.</param>
internal sealed record RailSimOptions(
    string Urls, string Postgres, string ApiKey, IReadOnlyList<byte[]> Secrets, Uri? Webhook, TimeSpan SettleAfter, bool EndWithInput)
{
    private const int ShortestKey = 16;

    /// <summary>Reads the secrets, as they are handed out, with spaces between.</summary>
    /// <exception cref="ArgumentException">They are none; the text names the remedy and repeats no secret.</exception>
    public static IReadOnlyList<byte[]> ReadSecrets(string? text)
    {
        List<byte[]> secrets = [];
        foreach (string one in (text ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            secrets.Add(WebhookSignature.TryReadSecret(one, out byte[]? secret)
                ? secret
                : throw new ArgumentException("A webhook secret is not of the form whsec_ and base64 of 24 to 64 bytes."));
        }

        return secrets.Count is 1 or 2
            ? secrets
            : throw new ArgumentException("Give one webhook secret in XCHAT_RAIL_SIM_SECRETS, or two while it is changed.");
    }

    /// <summary>Checks the key.</summary>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public static string RequireKey(string? key) => key is { Length: >= ShortestKey }
        ? key
        : throw new ArgumentException($"Give {ShortestKey} or more letters and digits in XCHAT_RAIL_SIM_KEY: whoever has them can order payments.");
}
