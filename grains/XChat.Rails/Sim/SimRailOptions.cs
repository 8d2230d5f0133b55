using Microsoft.Extensions.Options;

using XChat.Crypto.Wallets;

namespace XChat.Rails.Sim;

/// <summary>Where the rail of play money is. Section <c>XChat:Rails:Sim</c>.</summary>
public sealed class SimRailOptions
{
    public const string Section = "XChat:Rails:Sim";

    /// <summary>The address of <c>xchat-rail-sim</c>, such as http://127.0.0.1:5085. Default: none, and then there is no such rail.</summary>
    public string Url { get; set; } = string.Empty;

    /// <summary>The key that <c>xchat-rail-sim</c> was given too; whoever has it can order payments there.</summary>
    public string ApiKey { get; set; } = string.Empty;

    /// <summary>
    /// The secrets that webhooks may be signed with, <c>whsec_…</c>: one, or with a space between the new and the old one while it is changed.
    /// </summary>
    public string WebhookSecrets { get; set; } = string.Empty;

    /// <summary>Default: 10 s. Longest wait for an answer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The secrets, read.</summary>
    internal IReadOnlyList<byte[]>? ReadSecrets()
    {
        List<byte[]> secrets = [];
        foreach (string one in WebhookSecrets.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!WebhookSignature.TryReadSecret(one, out byte[]? secret))
            {
                return null;
            }

            secrets.Add(secret);
        }

        return secrets.Count is 1 or 2 ? secrets : null;
    }
}

/// <summary>Checks the options at start; no message repeats a secret.</summary>
internal sealed class SimRailOptionsValidator : IValidateOptions<SimRailOptions>
{
    public ValidateOptionsResult Validate(string? name, SimRailOptions options)
    {
        List<string> problems = [];
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out Uri? url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            problems.Add($"{SimRailOptions.Section}:Url is \"{options.Url}\", no http address: no deposit would get through.");
        }

        if (options.ApiKey.Length < 16 || options.ApiKey.Any(c => !char.IsAsciiLetterOrDigit(c)))
        {
            problems.Add($"{SimRailOptions.Section}:ApiKey is not 16 or more letters and digits: give the same as to xchat-rail-sim.");
        }

        if (options.ReadSecrets() is null)
        {
            problems.Add(
                $"{SimRailOptions.Section}:WebhookSecrets is not one or two of the form whsec_ and base64 of 24 to 64 bytes: no webhook could be believed.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
