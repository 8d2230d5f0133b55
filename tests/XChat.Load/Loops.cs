using System.Diagnostics;
using System.Runtime.ExceptionServices;

using XChat.Testing;

namespace XChat.Load;

/// <summary>The ways to put load on something: as fast as answers come, or at a fixed rate. They end when the last answer is in.</summary>
public static class Loops
{
    private const int MostUnderWay = 20_000;

    /// <summary>
    /// So many callers, each with one operation under way at a time. <paramref name="operate"/> gets the operation's number: the caller, and
    /// from turn to turn a step of as many as there are callers.
    /// </summary>
    public static async Task ClosedAsync(Measure measure, int callers, TimeSpan duration, Func<long, Task> operate)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (long number = caller; !measure.IsOver(duration); number += callers)
            {
                long begun = Stopwatch.GetTimestamp();
                await operate(number);
                measure.Add(begun);
            }
        })));
    }

    /// <summary>So many operations, numbered from 0, on so many callers.</summary>
    public static Task CountedAsync(Measure measure, int callers, int count, Func<long, Task> operate)
    {
        long issued = -1;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (long number = Interlocked.Increment(ref issued); number < count; number = Interlocked.Increment(ref issued))
            {
                long begun = Stopwatch.GetTimestamp();
                await operate(number);
                measure.Add(begun);
            }
        })));
    }

    /// <summary>
    /// Operations at a fixed rate, whether earlier ones are done or not. Latency counts from the moment at which an operation was due, so that a
    /// stall shows in all that it held up. <paramref name="operate"/> gets the operation's number and that moment.
    /// </summary>
    public static Task PacedAsync(Measure measure, double perSecond, TimeSpan duration, Func<long, long, Task> operate) =>
        Task.Factory.StartNew(
            () => PaceAsync(measure, perSecond, duration, operate),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();

    private static async Task PaceAsync(Measure measure, double perSecond, TimeSpan duration, Func<long, long, Task> operate)
    {
        long started = Stopwatch.GetTimestamp();
        long issued = 0;
        long done = 0;
        Exception? problem = null;
        using AutoResetEvent never = new(initialState: false);
        async Task OneAsync(long number, long dueAt)
        {
            try
            {
                await operate(number, dueAt);
                measure.Add(dueAt);
            }
            catch (Exception failed)
            {
                Interlocked.CompareExchange(ref problem, failed, null);
            }

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

            if (Volatile.Read(ref problem) is not null)
            {
                break;
            }

            if (issued - Volatile.Read(ref done) > MostUnderWay)
            {
                throw new LoadException($"The rate of {perSecond:0}/s cannot be held: {issued - done} operations are under way.");
            }
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref done) == issued, CancellationToken.None);
        if (problem is not null)
        {
            ExceptionDispatchInfo.Throw(problem);
        }
    }
}
