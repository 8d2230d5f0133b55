namespace XChat.Testing.Accounts;

/// <summary>The real clock with an offset that a test changes. Timers run as ever, so a silo that uses it lives on.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _offsetTicks;

    /// <summary>Lets time pass at once.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _offsetTicks, time.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() + (Interlocked.Read(ref _offsetTicks) * (TimestampFrequency / TimeSpan.TicksPerSecond));
}
