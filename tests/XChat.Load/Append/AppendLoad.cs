using System.Diagnostics;

using XChat.Testing;

namespace XChat.Load.Append;

/// <summary>Callers inside the silo's process, each with one append under way at a time, or as many as a fixed rate needs.</summary>
public static class AppendLoad
{
    /// <summary>Each caller appends as soon as its last append is durable.</summary>
    public static async Task<Measurement> ClosedAsync(string name, SeededConversations conversations, int callers, TimeSpan duration)
    {
        Measure measure = new();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (int turn = caller; !measure.IsOver(duration); turn = (turn + callers) % int.MaxValue)
            {
                long begun = Stopwatch.GetTimestamp();
                await conversations.AppendAsync(turn % conversations.Count);
                measure.Add(begun);
            }
        })));
        return measure.End(name);
    }

    /// <summary>
    /// Appends at a fixed rate, whether earlier ones are done or not. Latency counts from the moment at which an append was due, so that a stall
    /// shows in all that it held up.
    /// </summary>
    public static Task<Measurement> PacedAsync(string name, SeededConversations conversations, int perSecond, TimeSpan duration) =>
        Task.Factory.StartNew(
            () => PaceAsync(name, conversations, perSecond, duration),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();

    private static async Task<Measurement> PaceAsync(string name, SeededConversations conversations, int perSecond, TimeSpan duration)
    {
        const int MostUnderWay = 20_000;
        Measure measure = new();
        long started = Stopwatch.GetTimestamp();
        long issued = 0;
        long done = 0;
        using AutoResetEvent never = new(initialState: false);
        async Task OneAsync(int conversation, long dueAt)
        {
            await conversations.AppendAsync(conversation);
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
                _ = OneAsync((int)(issued % conversations.Count), started + (long)(issued * (double)Stopwatch.Frequency / perSecond));
            }

            if (issued - Volatile.Read(ref done) > MostUnderWay)
            {
                throw new LoadException($"The rate of {perSecond}/s cannot be held: {issued - done} appends are under way, or have failed.");
            }
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref done) == issued, CancellationToken.None);
        return measure.End(name);
    }
}
