using Microsoft.Extensions.Options;

namespace XChat.Grains.Transparency;

/// <summary>How a silo keeps the key log. Section <c>XChat:Transparency</c>.</summary>
public sealed class TransparencyOptions
{
    public const string Section = "XChat:Transparency";

    /// <summary>
    /// Default: 1. The number of the key that signs heads. Raise it by one to rotate: the next activation of the log makes the key and has the old one
    /// endorse it, so that clients follow by themselves. It never goes back.
    /// </summary>
    public int KeyNumber { get; set; } = 1;

    /// <summary>Default: 512. Statements of one transaction.</summary>
    public int Batch { get; set; } = 512;

    /// <summary>
    /// Default: 3 s. For how long one call logs what waits; it always does a transaction. What a long queue has left is logged by the calls after it.
    /// </summary>
    public TimeSpan Turn { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Default: 5 s. How often this silo looks for changes of accounts that nobody has asked the log about.</summary>
    public TimeSpan SweepPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default: 10 min. A head older than this is signed anew when it is asked for. Clients refuse heads of more than a day.</summary>
    public TimeSpan HeadLifetime { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>Checks the options at start. Reports every problem at once; each message names the key, the value and what would follow.</summary>
public sealed class TransparencyOptionsValidator : IValidateOptions<TransparencyOptions>
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TransparencyOptions options)
    {
        string?[] problems =
        [
            Check("KeyNumber", options.KeyNumber, 1, 1_000, "there would be no key to sign with, or keys without end"),
            Check("Batch", options.Batch, 1, 10_000, "nothing would be logged, or one transaction hold too much"),
            Check("Turn", options.Turn, Tick, 10_000 * Tick, "a call would end before anything is logged, or never be answered"),
            Check("SweepPause", options.SweepPause, 10 * Tick, 3_600_000 * Tick, "the database would be flooded, or keys logged late"),
            Check("HeadLifetime", options.HeadLifetime, 1_000 * Tick, 43_200_000 * Tick, "heads would only be signed, or be refused as too old"),
        ];
        string[] found = [.. problems.OfType<string>()];
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? Check<T>(string key, T value, T least, T most, string consequence)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? null
            : $"{TransparencyOptions.Section}:{key} is {value}, outside {least} to {most}: {consequence}.";
}
