using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

using XChat.Grains.Sweeps;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>How a silo serves red packets. Section <c>XChat:RedPackets</c>.</summary>
public sealed class RedPacketOptions
{
    public const string Section = "XChat:RedPackets";

    /// <summary>Default: 1000. Openings that one commit takes.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:RedPackets:OpeningsPerCommit is outside 1 to 10000: nobody could open a packet, or a commit take too long.")]
    public int OpeningsPerCommit { get; set; } = 1_000;

    /// <summary>Default: 10000. Openings of one packet that wait before further ones are refused as overloaded.</summary>
    [Range(1, 1_000_000, ErrorMessage = "XChat:RedPackets:QueueOpenings is outside 1 to 1000000: everybody would be refused, or memory run out.")]
    public int QueueOpenings { get; set; } = 10_000;

    /// <summary>Default: 3. Times that a batch is decided anew after another writer got ahead, before the calls fail.</summary>
    [Range(1, 20, ErrorMessage = "XChat:RedPackets:DecisionAttempts is outside 1 to 20: nothing would be decided, or for ever.")]
    public int DecisionAttempts { get; set; } = 3;

    /// <summary>Default: 30 s. After this the sweep looks whether what was decided has been paid.</summary>
    public TimeSpan SettleAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Default: 5 s. How often this silo looks for packets to settle.</summary>
    public TimeSpan SweepPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default: 100. Packets that one step of that takes.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:RedPackets:SweepBatch is outside 1 to 10000: no rest would go back, or the cluster be flooded.")]
    public int SweepBatch { get; set; } = 100;

    /// <summary>Default: 1 min. How long other silos leave a packet alone that one has begun to settle.</summary>
    public TimeSpan SweepLease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The three above, for the sweep.</summary>
    internal SweepPace Pace => new(SweepPause, SweepLease, SweepBatch);
}

/// <summary>Checks the options at start.</summary>
[OptionsValidator]
public sealed partial class RedPacketOptionsValidator : IValidateOptions<RedPacketOptions>;
