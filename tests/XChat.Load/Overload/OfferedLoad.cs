using System.Diagnostics;
using System.Runtime.ExceptionServices;

using HdrHistogram;

using Microsoft.AspNetCore.SignalR;

using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Testing;

namespace XChat.Load.Overload;

/// <summary>
/// Messages that become due at a fixed rate, whatever becomes of earlier ones; each person has those that a number falls on. What was refused is sent again
/// with its id, as the SDK does: after a random wait that doubles from a quarter of a second to thirty, and in the order in which it became due. A hasty
/// person instead sends each at once, however many are under way, and never waits.
/// </summary>
public sealed class OfferedLoad
{
    private const long LongestMicroseconds = 60_000_000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LastAnswer = TimeSpan.FromSeconds(120);

    private readonly HistogramBase _latencies = HistogramFactory
        .With64BitBucketSize().WithValuesUpTo(LongestMicroseconds).WithPrecisionOf(3).WithThreadSafeWrites().Create();

    private readonly Func<int, SendMessageRequest, Task<EntryResult>> _send;
    private readonly Func<int, SendMessageRequest> _next;
    private readonly Person[] _people;
    private readonly bool _hasty;
    private long _started;
    private TimeSpan _duration;
    private long _accepted;
    private long _refused;
    private long _unknown;
    private long _underWay;
    private Exception? _problem;

    /// <param name="people">How many send.</param>
    /// <param name="hasty">Whether they never wait.</param>
    /// <param name="next">What a person sends next.</param>
    /// <param name="send">Sends it once.</param>
    public OfferedLoad(int people, bool hasty, Func<int, SendMessageRequest> next, Func<int, SendMessageRequest, Task<EntryResult>> send)
    {
        (_hasty, _next, _send) = (hasty, next, send);
        _people = [.. Enumerable.Range(0, people).Select(_ => new Person())];
    }

    /// <summary>Offers a load for a time, then waits until everything that is under way is answered; what was never let in is left.</summary>
    public async Task<Offered> RunAsync(double perSecond, TimeSpan duration)
    {
        (_started, _duration) = (Stopwatch.GetTimestamp(), duration);
        long issued = await Task.Factory.StartNew(
            () => Issue(perSecond, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Eventually.HoldsAsync(() => Volatile.Read(ref _underWay) == 0, CancellationToken.None, LastAnswer);
        if (_problem is not null)
        {
            ExceptionDispatchInfo.Throw(_problem);
        }

        return new Offered(
            perSecond, issued / duration.TotalSeconds, _accepted / duration.TotalSeconds, _refused / duration.TotalSeconds, _unknown,
            _latencies.GetValueAtPercentile(50) / 1000.0, _latencies.GetValueAtPercentile(99) / 1000.0, _latencies.GetMaxValue() / 1000.0);
    }

    private long Issue(double perSecond, TimeSpan duration)
    {
        long issued = 0;
        using AutoResetEvent never = new(initialState: false);
        while (Stopwatch.GetElapsedTime(_started) < duration)
        {
            // A timer of the runtime keeps to the kernel's coarse clock; a wait of a thread does not.
            never.WaitOne(1);
            long due = (long)(Stopwatch.GetElapsedTime(_started).TotalSeconds * perSecond);
            for (; issued < due; issued++)
            {
                int number = (int)(issued % _people.Length);
                if (_hasty)
                {
                    _ = CountAsync(() => SendOnceAsync(number, _next(number)));
                }
                else if (Interlocked.Increment(ref _people[number].Due) == 1)
                {
                    _ = CountAsync(() => SendAllAsync(number, _people[number]));
                }
            }
        }

        return issued;
    }

    /// <summary>Notes that something is under way, and what went wrong with it.</summary>
    private async Task CountAsync(Func<Task> work)
    {
        _ = Interlocked.Increment(ref _underWay);
        try
        {
            await work();
        }
        catch (Exception problem)
        {
            _ = Interlocked.CompareExchange(ref _problem, problem, null);
        }

        _ = Interlocked.Decrement(ref _underWay);
    }

    /// <summary>Sends what is due of a person, one after the other.</summary>
    private async Task SendAllAsync(int number, Person person)
    {
        do
        {
            SendMessageRequest message = _next(number);
            for (int failures = 0; !await SendOnceAsync(number, message);)
            {
                TimeSpan wait = FirstWait * Math.Pow(2, Math.Min(failures++, 20));
                wait = (wait < LongestWait ? wait : LongestWait) * (0.5 + (Random.Shared.NextDouble() / 2));
                if (Stopwatch.GetElapsedTime(_started) + wait > _duration)
                {
                    // It comes too late for this run.
                    return;
                }

                await Task.Delay(wait);
            }
        }
        while (Interlocked.Decrement(ref person.Due) > 0 && Stopwatch.GetElapsedTime(_started) < _duration);
    }

    /// <summary>Whether it was accepted.</summary>
    private async Task<bool> SendOnceAsync(int number, SendMessageRequest message)
    {
        long begun = Stopwatch.GetTimestamp();
        try
        {
            EntryResult result = await _send(number, message);
            if (result.Status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted)
            {
                _latencies.RecordValue(Math.Clamp((long)Stopwatch.GetElapsedTime(begun).TotalMicroseconds, 1, LongestMicroseconds));
                _ = Stopwatch.GetElapsedTime(_started) <= _duration ? Interlocked.Increment(ref _accepted) : 0;
                return true;
            }

            _ = result.Status == ConversationStatus.Overloaded
                ? Interlocked.Increment(ref _refused)
                : throw new LoadException($"A message was answered with {result.Status}: the run shows nothing.");
        }
        catch (HubException refused) when (refused.Message.Contains(ErrorReason.Unavailable, StringComparison.Ordinal))
        {
            _ = Interlocked.Increment(ref refused.Message.Contains("nothing was done", StringComparison.Ordinal) ? ref _refused : ref _unknown);
        }

        return false;
    }

    private sealed class Person
    {
        public long Due;
    }
}
