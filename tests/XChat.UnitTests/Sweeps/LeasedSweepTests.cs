using System.Collections.Concurrent;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

using XChat.Grains.Sweeps;

namespace XChat.UnitTests.Sweeps;

/// <summary>What every sweep relies on: nothing that goes wrong with one thing, or with one run, keeps the others from being looked after.</summary>
public sealed class LeasedSweepTests
{
    private static readonly SweepPace Pace = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), 3);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_takes_step_after_step_until_a_step_is_not_full_and_goes_on_past_what_fails()
    {
        FakeTimeProvider time = new();
        using ScriptedSweep sweep = new(time, [[1, 2, 3], [4, 5, 6], [7]]) { Fails = 5 };

        await sweep.SweepAsync(Cancelled);

        Assert.Equal([1, 2, 3, 4, 6, 7], sweep.Done.Order());
        Assert.All(sweep.Asked, asked => Assert.Equal((time.GetUtcNow(), time.GetUtcNow() + Pace.Lease, Pace.Batch), asked));
        Assert.Equal(3, sweep.Asked.Count);
    }

    [Fact]
    public async Task A_run_that_fails_also_by_a_wait_that_was_cut_short_is_followed_by_the_next()
    {
        FakeTimeProvider time = new();
        using ScriptedSweep sweep = new(time, [[1]]) { Runs = { new InvalidOperationException("the database is away"), new OperationCanceledException() } };
        await sweep.StartAsync(Cancelled);

        while (sweep.Done.IsEmpty)
        {
            Cancelled.ThrowIfCancellationRequested();
            time.Advance(Pace.Pause);
            await Task.Yield();
        }

        await sweep.StopAsync(Cancelled);
        Assert.Equal([1], sweep.Done);
        Assert.True(sweep.ExecuteTask!.IsCanceled || sweep.ExecuteTask.IsCompletedSuccessfully);
    }

    private sealed class ScriptedSweep(TimeProvider time, IEnumerable<int[]> steps) : LeasedSweep<int>("numbers", Pace, time, NullLogger.Instance)
    {
        private readonly Queue<int[]> _steps = new(steps);

        /// <summary>What the first runs fail with.</summary>
        public List<Exception> Runs { get; } = [];

        public int Fails { get; init; }

        public ConcurrentBag<int> Done { get; } = [];

        public List<(DateTimeOffset Now, DateTimeOffset Until, int Limit)> Asked { get; } = [];

        protected override Task<IReadOnlyList<int>> TakeDueAsync(
            DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
        {
            Asked.Add((now, leaseUntil, limit));
            if (Asked.Count <= Runs.Count)
            {
                throw Runs[Asked.Count - 1];
            }

            return Task.FromResult<IReadOnlyList<int>>(_steps.TryDequeue(out int[]? step) ? step : []);
        }

        protected override Task LookAfterAsync(int due)
        {
            if (due == Fails)
            {
                throw new InvalidOperationException("its grain is away");
            }

            Done.Add(due);
            return Task.CompletedTask;
        }
    }
}
