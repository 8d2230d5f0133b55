using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

using XChat.Grains.Sweeps;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>The clocks of disputes. Section <c>XChat:Disputes</c>. A dispute keeps those under which it began.</summary>
public sealed class DisputeOptions
{
    public const string Section = "XChat:Disputes";

    /// <summary>Default: 10 days. After that the payer has the money for the time being, if nobody has decided.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ErrorMessage = "XChat:Disputes:CreditAfter is outside 1 s to 365 days.")]
    public TimeSpan CreditAfter { get; set; } = TimeSpan.FromDays(10);

    /// <summary>Default: 45 days. After that the payer keeps it, at the operator's cost.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ErrorMessage = "XChat:Disputes:DecideWithin is outside 1 s to 365 days.")]
    public TimeSpan DecideWithin { get; set; } = TimeSpan.FromDays(45);

    /// <summary>Default: 1 day. How often money is tried to be moved that could not be: a wallet without funds, or frozen.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Default: 1 min. How often this silo looks for disputes that are due.</summary>
    public TimeSpan SweepPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Default: 5 min. How long other silos leave a dispute alone that one has begun to settle.</summary>
    public TimeSpan SweepLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The three above, for the sweep.</summary>
    internal SweepPace Pace => new(SweepPause, SweepLease, SweepBatch);

    /// <summary>Default: 100. Disputes that one step of the sweep takes.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Disputes:SweepBatch is outside 1 to 10000: nothing would be settled, or too much at once.")]
    public int SweepBatch { get; set; } = 100;
}

/// <summary>Checks the options at start.</summary>
[OptionsValidator]
public sealed partial class DisputeOptionsValidator : IValidateOptions<DisputeOptions>;
