using Microsoft.Extensions.Options;

namespace XChat.Grains.Accounts;

/// <summary>How a silo keeps accounts, sessions and key packages. Section <c>XChat:Accounts</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "XChat:Accounts";

    /// <summary>Default: 10 s. How long an account waits before it tells again those who could not be told of a device list.</summary>
    public TimeSpan FollowUpPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Default: 30 s. How often this silo looks for device lists that were published and not followed up.</summary>
    public TimeSpan SweepPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Default: 100. Rows that one step of a sweep takes.</summary>
    public int SweepBatch { get; set; } = 100;

    /// <summary>Default: 60 s. How long a device has to sign a challenge.</summary>
    public TimeSpan ChallengeLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Default: 8. Challenges of one device that are waited for at once; a further one replaces the oldest.</summary>
    public int ChallengesPerDevice { get; set; } = 8;

    /// <summary>Default: 1 h. How long a session lasts; then the device signs in again. Longer ones make a stolen token worth more.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Default: 8. Sessions of one device; a further one ends the oldest.</summary>
    public int SessionsPerDevice { get; set; } = 8;

    /// <summary>Default: 10. One-time key packages of an account that one person may claim at once; beyond, the last resort is handed out.</summary>
    public int ClaimBurst { get; set; } = 10;

    /// <summary>Default: 10 min. After this, one person may claim one more.</summary>
    public TimeSpan ClaimPause { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Default: 4096. People whose claims an account counts at once; anybody beyond gets the last resort.</summary>
    public int ClaimersCounted { get; set; } = 4096;

    /// <summary>Default: 30 days. How long an account knows a key package that it handed out, so that a late upload does not bring it back.</summary>
    public TimeSpan UsedKeyPackageMemory { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>Checks the options at start. Reports every problem at once; each message names the key, the value and what would follow.</summary>
public sealed class AccountOptionsValidator : IValidateOptions<AccountOptions>
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        string?[] problems =
        [
            Check("FollowUpPause", options.FollowUpPause, Tick, Hour, "conversations would be flooded, or hear of a revoked device too late"),
            Check("SweepPause", options.SweepPause, Tick, Hour, "the database would be flooded, or a lost revocation made good too late"),
            Check("SweepBatch", options.SweepBatch, 1, 10_000, "a sweep would do nothing, or hold locks for too long"),
            Check("ChallengeLifetime", options.ChallengeLifetime, Second, 10 * Minute, "nobody could sign in, or challenges would pile up"),
            Check("ChallengesPerDevice", options.ChallengesPerDevice, 1, 1000, "nobody could sign in, or challenges would pile up"),
            Check("SessionLifetime", options.SessionLifetime, 10 * Second, 30 * Day, "devices would only sign in, or a stolen token last"),
            Check("SessionsPerDevice", options.SessionsPerDevice, 1, 100, "nobody could sign in, or sessions would pile up"),
            Check("ClaimBurst", options.ClaimBurst, 1, 1000, "only last resorts would be handed out, or one person take all packages"),
            Check("ClaimPause", options.ClaimPause, Tick, Day, "one person could take all packages, or get hardly any"),
            Check("ClaimersCounted", options.ClaimersCounted, 1, 1_000_000, "only last resorts would be handed out, or the memory fill"),
            Check("UsedKeyPackageMemory", options.UsedKeyPackageMemory, Hour, 3650 * Day, "a late upload would bring a used package back"),
        ];
        string[] found = [.. problems.OfType<string>()];
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? Check<T>(string key, T value, T least, T most, string consequence)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? null
            : $"{AccountOptions.Section}:{key} is {value}, outside {least} to {most}: {consequence}.";
}
