namespace XChat.Grains.GroupCommit;

/// <summary>The bounds of a lane, from its domain's options. Items are counted as their chunks count them.</summary>
public sealed record LaneLimits
{
    /// <summary>What log lines call the lane.</summary>
    public required string Name { get; init; }

    public required int BatchItems { get; init; }

    public required long BatchBytes { get; init; }

    public required int QueueItems { get; init; }

    public required long QueueBytes { get; init; }

    /// <summary>Writes of one batch before its outcome is called unknown.</summary>
    public required int WriteAttempts { get; init; }

    /// <summary>Doubled each time.</summary>
    public required TimeSpan FirstRetryPause { get; init; }

    /// <summary>How long a silo that stops waits for the queue.</summary>
    public required TimeSpan DrainPatience { get; init; }
}
