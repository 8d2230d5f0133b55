using Microsoft.Extensions.Logging;

namespace XChat.Grains.Sweeps;

/// <summary>
/// Has things looked after whose time has come, in bounded steps. What a silo has taken, the others leave alone until its lease is over; so what fails here, or
/// is lost with this silo, comes back by itself.
/// </summary>
/// <typeparam name="T">By what one thing is known.</typeparam>
/// <param name="what">What it is a sweep of, for the log.</param>
/// <param name="pace">How often, how many and for how long.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Names the sweep by its category.</param>
public abstract class LeasedSweep<T>(string what, SweepPace pace, TimeProvider time, ILogger logger) : PeriodicSweep(what, pace.Pause, time, logger)
{
    /// <inheritdoc/>
    public sealed override async Task SweepAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<T> due;
        do
        {
            DateTimeOffset now = Time.GetUtcNow();
            due = await TakeDueAsync(now, now + pace.Lease, pace.Batch, cancellationToken);
            await Task.WhenAll(due.Select(LookAfterOneAsync));
        }
        while (due.Count == pace.Batch);
    }

    /// <summary>Takes at most <paramref name="limit"/> things that are due; no other silo gets them until <paramref name="leaseUntil"/>.</summary>
    protected abstract Task<IReadOnlyList<T>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken);

    /// <summary>Does what is due for one of them. Doing it twice is harmless.</summary>
    protected abstract Task LookAfterAsync(T due);

    private async Task LookAfterOneAsync(T due)
    {
        try
        {
            await LookAfterAsync(due);
        }
        catch (Exception problem)
        {
            // It comes back when its lease is over.
            NotDone(problem);
        }
    }
}

/// <summary>How a silo sweeps.</summary>
/// <param name="Pause">From the beginning of one run to that of the next.</param>
/// <param name="Lease">How long other silos leave alone what one has taken.</param>
/// <param name="Batch">How many one step takes.</param>
public readonly record struct SweepPace(TimeSpan Pause, TimeSpan Lease, int Batch);
