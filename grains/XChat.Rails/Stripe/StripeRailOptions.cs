using Microsoft.Extensions.Options;

using XChat.Protocol.Wallets;

namespace XChat.Rails.Stripe;

/// <summary>How Stripe is reached. Section <c>XChat:Rails:Stripe</c>; without it there is no such rail.</summary>
public sealed class StripeRailOptions
{
    public const string Section = "XChat:Rails:Stripe";

    // Stripe counts these otherwise than ISO 4217 does.
    private static readonly string[] CountedOtherwise = ["ISK", "MGA", "UGX"];

    /// <summary>The secret or restricted key, <c>sk_…</c> or <c>rk_…</c>. One of Stripe's test mode makes this a rail of play money.</summary>
    public string ApiKey { get; set; } = string.Empty;

    /// <summary>The secrets of the webhook endpoint, <c>whsec_…</c>: one, or with a space between the new and the old one while it is rolled.</summary>
    public string WebhookSecrets { get; set; } = string.Empty;

    /// <summary>Where Stripe sends a person's browser when the payment is done: a page of the operator's.</summary>
    public string ReturnUrl { get; set; } = string.Empty;

    /// <summary>
    /// The currencies that the Stripe account holds, with spaces between. Default: EUR. In any other, Stripe would convert, and the books never come to zero.
    /// </summary>
    public string Currencies { get; set; } = "EUR";

    /// <summary>Default: Stripe's own address. Tests name another.</summary>
    public string? ApiBase { get; set; }

    /// <summary>Default: 20 s. Longest wait for an answer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The secrets, one by one.</summary>
    internal IReadOnlyList<string> ReadSecrets() => WebhookSecrets.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The currencies; null when there is none, or one that Stripe counts otherwise.</summary>
    internal IReadOnlyList<Currency>? ReadCurrencies()
    {
        List<Currency> all = [];
        foreach (string code in Currencies.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // Of three digits Stripe takes only those that end in zero.
            if (!Currency.TryParse(code, out Currency currency) || currency.MinorDigits() > 2 || CountedOtherwise.Contains(currency.Code))
            {
                return null;
            }

            all.Add(currency);
        }

        return all.Count > 0 ? all : null;
    }
}

/// <summary>Checks the options at start; no message repeats a secret.</summary>
internal sealed class StripeRailOptionsValidator : IValidateOptions<StripeRailOptions>
{
    public ValidateOptionsResult Validate(string? name, StripeRailOptions options)
    {
        List<string> problems = [];
        if (!options.ApiKey.StartsWith("sk_", StringComparison.Ordinal) && !options.ApiKey.StartsWith("rk_", StringComparison.Ordinal))
        {
            problems.Add(Problem(nameof(options.ApiKey), "does not begin with sk_ or rk_: nothing could be ordered. Take it from Stripe's dashboard."));
        }

        if (options.ReadSecrets() is not { Count: 1 or 2 } secrets || secrets.Any(one => !IsSecret(one)))
        {
            problems.Add(Problem(
                nameof(options.WebhookSecrets), "is not one or two that begin with whsec_ and have 24 characters after it: no webhook could be believed."));
        }

        if (!Uri.TryCreate(options.ReturnUrl, UriKind.Absolute, out Uri? back) || back.Scheme is not ("http" or "https"))
        {
            problems.Add(Problem(nameof(options.ReturnUrl), $"is \"{options.ReturnUrl}\", no http address: Stripe takes no payment without one."));
        }

        if (options.ReadCurrencies() is null)
        {
            problems.Add(Problem(
                nameof(options.Currencies),
                $"is \"{options.Currencies}\": give codes of ISO 4217 with spaces between, none with three digits and none of ISK, MGA and UGX, which Stripe "
                + "counts otherwise."));
        }

        // The key goes there with every call.
        if (options.ApiBase is not null
            && (!Uri.TryCreate(options.ApiBase, UriKind.Absolute, out Uri? api) || !(api.Scheme == Uri.UriSchemeHttps || api.IsLoopback)))
        {
            problems.Add(Problem(
                nameof(options.ApiBase), $"is \"{options.ApiBase}\", neither https nor on this machine: the key could be read. Leave it out."));
        }

        if (options.Patience <= TimeSpan.Zero)
        {
            problems.Add(Problem(nameof(options.Patience), "is not above zero: no answer would be waited for."));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    // Stripe's have 32; one that somebody has cut short or made up could be guessed.
    private static bool IsSecret(string secret) => secret.StartsWith("whsec_", StringComparison.Ordinal) && secret.Length >= "whsec_".Length + 24;

    private static string Problem(string key, string what) => $"{StripeRailOptions.Section}:{key} {what}";
}
