using System.Diagnostics;

using XChat.Testing;

namespace XChat.Load;

/// <summary>The two ways to put load on something: as fast as answers come, or at a fixed rate.</summary>
public static class Loops
{
    private const int MostUnderWay = 20_000;

    /// <summary>So many callers, each with one operation under way at a time. <paramref name="operate"/> gets the caller's number.</summary>
    public static async Task<Measurement> ClosedAsync(string name, int callers, TimeSpan duration, Func<int, Task> operate)
    {
        Measure measure = new();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            while (!measure.IsOver(duration))
            {
                long begun = Stopwatch.GetTimestamp();
                await operate(caller);
                measure.Add(begun);
            }
        })));
        return measure.End(name);
    }

    /// <summary>
    /// Operations at a fixed rate, whether earlier ones are done or not. Latency counts from the moment at which an operation was due, so that a
    /// stall shows in all that it held up. <paramref name="operate"/> gets the operation's number and that moment.
    /// </summary>
    public static Task<Measurement> PacedAsync(string name, double perSecond, TimeSpan duration, Func<long, long, Task> operate) =>
        Task.Factory.StartNew(
            () => PaceAsync(name, perSecond, duration, operate),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();

    private static async Task<Measurement> PaceAsync(string name, double perSecond, TimeSpan duration, Func<long, long, Task> operate)
    {
        Measure measure = new();
        long started = Stopwatch.GetTimestamp();
        long issued = 0;
        long done = 0;
        using AutoResetEvent never = new(initialState: false);
        async Task OneAsync(long number, long dueAt)
        {
            await operate(number, dueAt);
            measure.Add(dueAt);
            Interlocked.Increment(ref done);
        }

        while (!measure.IsOver(duration))
        {
            // A timer of the runtime keeps to the kernel's coarse clock, 4 ms on many machines; a wait of a thread does not.
            never.WaitOne(1);
            long due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond);
            for (; issued < due; issued++)
            {
                _ = OneAsync(issued, started + (long)(issued * Stopwatch.Frequency / perSecond));
            }

            if (issued - Volatile.Read(ref done) > MostUnderWay)
            {
                throw new LoadException($"The rate of {perSecond:0}/s cannot be held: {issued - done} operations are under way, or have failed.");
            }
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref done) == issued, CancellationToken.None);
        return measure.End(name);
    }
}
