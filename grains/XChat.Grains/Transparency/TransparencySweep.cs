using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Grains.Sweeps;

namespace XChat.Grains.Transparency;

/// <summary>Has the key log take up what waits for it, also when nobody asks. Every silo sweeps; doing it twice is harmless.</summary>
public sealed class TransparencySweep(IGrainFactory grains, IOptions<TransparencyOptions> options, TimeProvider time, ILogger<TransparencySweep> logger)
    : PeriodicSweep("keys that wait to be logged", options.Value.SweepPause, time, logger)
{
    /// <inheritdoc/>
    public override Task SweepAsync(CancellationToken cancellationToken) => grains.TransparencyUpkeep().Drain();
}
