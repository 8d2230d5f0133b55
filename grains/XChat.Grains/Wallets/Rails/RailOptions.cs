using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

using XChat.Grains.Sweeps;

namespace XChat.Grains.Wallets.Rails;

/// <summary>How a silo looks after payments over rails. Section <c>XChat:Rails</c>; each rail has a section of its own in it.</summary>
public sealed class RailOptions
{
    public const string Section = "XChat:Rails";

    /// <summary>Default: 5 s. After this a payment is asked after for the first time, in case its webhook is lost; then at half its age.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default: 1 h. Longest pause between two questions about a payment that is under way.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Default: 1 min. After this a payment that has come to rest is asked after, in case it was returned; then at its age.</summary>
    public TimeSpan RestPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Default: 1 day. Longest pause between two questions about a payment that has come to rest.</summary>
    public TimeSpan LongestRestPause { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Default: 60 days. For how long a payment is asked after: as long as rails take payments back. Webhooks count after it too.</summary>
    public TimeSpan WatchFor { get; set; } = TimeSpan.FromDays(60);

    /// <summary>
    /// Default: 90 days. When a withdrawal that the rail has neither settled nor failed frees its money. A rail that settles it later contradicts that,
    /// and an operator has to look.
    /// </summary>
    public TimeSpan WithdrawalPatience { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Default: 1 s. How often this silo looks for payments that are due.</summary>
    public TimeSpan SweepPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default: 100. Payments that one step of that takes.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Rails:SweepBatch is outside 1 to 10000: no lost webhook would be made up for, or the rail be flooded.")]
    public int SweepBatch { get; set; } = 100;

    /// <summary>Default: 1 min. How long other silos leave a payment alone that one has begun to look at.</summary>
    public TimeSpan SweepLease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The three above, for the sweep.</summary>
    internal SweepPace Pace => new(SweepPause, SweepLease, SweepBatch);
}

/// <summary>Checks the options at start.</summary>
[OptionsValidator]
public sealed partial class RailOptionsValidator : IValidateOptions<RailOptions>;
