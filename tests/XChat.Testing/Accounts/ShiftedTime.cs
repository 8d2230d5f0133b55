using Microsoft.Extensions.DependencyInjection;

using Orleans.Configuration;

namespace XChat.Testing.Accounts;

/// <summary>
/// The real clock with an offset that a test changes. Timers run as ever, so a silo that uses it lives on. A test that looks just before and
/// just behind a moment stops it, so that its own slowness does not count.
/// </summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _offsetTicks;
    private volatile Moment? _stopped;

    /// <summary>Lets time pass at once.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _offsetTicks, time.Ticks);

    /// <summary>From now on it only goes when it is moved.</summary>
    public void Stop() => _stopped ??= new Moment(System.GetUtcNow(), System.GetTimestamp());

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => (_stopped?.Now ?? System.GetUtcNow()) + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() =>
        (_stopped?.Timestamp ?? System.GetTimestamp()) + (Interlocked.Read(ref _offsetTicks) * (TimestampFrequency / TimeSpan.TicksPerSecond));

    private sealed record Moment(DateTimeOffset Now, long Timestamp);
}

/// <summary>Gives a silo a <see cref="ShiftedTime"/>.</summary>
public static class ShiftedTimeExtensions
{
    // As long as a message can say.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(20);

    /// <summary>Adds the clock. Calls from grain to grain that are under way when a test turns it forward are not given up for that.</summary>
    public static IServiceCollection AddShiftedTime(this IServiceCollection services, ShiftedTime time) => services
        .AddSingleton<TimeProvider>(time)
        .Configure<SiloMessagingOptions>(messaging => (messaging.ResponseTimeout, messaging.SystemResponseTimeout) = (Patience, Patience));
}
