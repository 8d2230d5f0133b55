using System.Globalization;

using Microsoft.Extensions.Options;

using XChat.Crypto.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>How a realm treats guesses. Section <c>XChat:Recovery</c>.</summary>
public sealed class RecoveryOptions
{
    public const string Section = "XChat:Recovery";

    /// <summary>Default: 10. Guesses until what the realm has is destroyed. A record keeps the limit that it was made with.</summary>
    public int GuessLimit { get; set; } = 10;

    /// <summary>
    /// Default: the first three at once, ten take three weeks. How long after the first, second, ... guess the next one without a device has to wait;
    /// times with commas between, the last one for all further guesses. The wait after the last guess is how long its maker has to say what it came to.
    /// </summary>
    public string GuessWaits { get; set; } = "00:00:00,00:00:00,01:00:00,06:00:00,1.00:00:00,2.00:00:00,4.00:00:00,7.00:00:00,7.00:00:00,01:00:00";

    /// <summary>Default: 7 days. How long a veto of a device holds, from the time at which the device signed it.</summary>
    public TimeSpan VetoTime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Default: 17 leading zero bits, about a tenth of a second on one core. What a guess without a device costs.</summary>
    public int Difficulty { get; set; } = 17;

    /// <summary>The waits as times.</summary>
    public IReadOnlyList<TimeSpan> Waits =>
        [.. GuessWaits.Split(',', StringSplitOptions.TrimEntries).Select(wait => TimeSpan.Parse(wait, CultureInfo.InvariantCulture))];
}

/// <summary>Checks the options at start. Reports every problem at once; each message names the key, the value and what would follow.</summary>
public sealed class RecoveryOptionsValidator : IValidateOptions<RecoveryOptions>
{
    private const int Hopeless = 40;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(365);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RecoveryOptions options)
    {
        List<string> problems = [];
        if (options.GuessLimit is < 3 or > 50)
        {
            problems.Add($"{RecoveryOptions.Section}:GuessLimit is {options.GuessLimit}, outside 3 to 50: slips would destroy keys, or PINs be guessed.");
        }

        if (!options.GuessWaits.Split(',', StringSplitOptions.TrimEntries).All(
            wait => TimeSpan.TryParse(wait, CultureInfo.InvariantCulture, out TimeSpan time) && time >= TimeSpan.Zero && time <= LongestWait))
        {
            problems.Add(
                $"{RecoveryOptions.Section}:GuessWaits is \"{options.GuessWaits}\", not times like 00:00:00,01:00:00,1.00:00:00 of at most a year: "
                + "strangers could use up all guesses at once.");
        }

        if (options.VetoTime < TimeSpan.FromMinutes(1) || options.VetoTime > LongestWait)
        {
            problems.Add($"{RecoveryOptions.Section}:VetoTime is {options.VetoTime}, outside a minute to a year: a veto would protect nothing.");
        }

        if (options.Difficulty is < 0 or > Hopeless or > RecoveryProof.MaxDifficulty)
        {
            problems.Add($"{RecoveryOptions.Section}:Difficulty is {options.Difficulty}, outside 0 to {Hopeless} bits: nobody could recover.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
