namespace XChat.RailSim;

/// <summary>How the rail misbehaves, as whoever tests against it asks. The default is to behave.</summary>
internal sealed record SimFaults
{
    /// <summary>How long payments take from now on, ms; null: as at start.</summary>
    public int? SettleAfterMs { get; init; }

    /// <summary>Payments fail instead of settling.</summary>
    public bool Fail { get; init; }

    /// <summary>How long each webhook is held back, ms.</summary>
    public int DelayMs { get; init; }

    /// <summary>How often each webhook is sent.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Webhooks are counted as sent and never are.</summary>
    public bool Lose { get; init; }

    /// <summary>Webhooks wait until two are due, and the newest goes first.</summary>
    public bool Reorder { get; init; }

    /// <summary>Webhooks are signed with a key that the receiver does not have.</summary>
    public bool Forge { get; init; }

    /// <summary>Webhooks carry, properly signed, a timestamp of so many seconds ago.</summary>
    public int StaleBySeconds { get; init; }

    /// <summary>Orders and questions are answered with 503.</summary>
    public bool Away { get; init; }

    public bool IsReadable() =>
        SettleAfterMs is null or (>= 0 and <= 86_400_000) && DelayMs is >= 0 and <= 86_400_000 && Copies is >= 1 and <= 100
        && StaleBySeconds is >= 0 and <= 86_400;
}

/// <summary>The faults of now.</summary>
internal sealed class FaultSwitch
{
    private volatile SimFaults _now = new();

    public SimFaults Now
    {
        get => _now;
        set => _now = value;
    }
}
