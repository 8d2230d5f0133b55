using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

using XChat.PushStreams;
using XChat.PushStreams.Publishing;
using XChat.PushStreams.Rendezvous;
using XChat.Testing;

namespace XChat.ClusterTests.PushStreams;

/// <summary>What one process does with the items of one stream, against a subscriber whose answers the test gives.</summary>
public sealed class OutletTests : IDisposable
{
    private readonly StreamId _stream = StreamCluster.NewStream();
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PushStreamMetrics _metrics;
    private readonly PushStreamOptions _options = new() { QueueItems = 10, BatchItems = 8 };
    private readonly ScriptedReceiver _receiver = new();
    private readonly List<FindSubscriber> _asked = [];
    private readonly Publisher _publisher;
    private Func<FindSubscriber, SubscriberFound> _find;

    public OutletTests()
    {
        _metrics = new PushStreamMetrics(_services.GetRequiredService<IMeterFactory>());
        _find = _ => Found(_receiver);
        _publisher = new Publisher(
            (_, request) =>
            {
                _asked.Add(request);
                return Task.FromResult(_find(request));
            },
            _options,
            _metrics,
            _time,
            NullLogger.Instance);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Guid Subscription { get; } = Guid.NewGuid();

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task What_gathers_during_a_call_goes_with_the_next_one_and_the_queue_is_bounded_by_a_batch()
    {
        await PublishAsync(1);
        await CallsAsync(1);

        await PublishAsync(2, 3, 4, 5, 6, 7, 8, 9, 10);
        Assert.Single(_receiver.Calls);
        _receiver.Answer(0, PushAnswer.Yes);
        await CallsAsync(2);
        _receiver.Answer(1, PushAnswer.Yes);
        await CallsAsync(3);

        Assert.Equal(["1", "2 3 4 5 6 7 8 9", "10"], _receiver.Calls.Select(Text));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task An_overflow_replaces_the_queue_by_one_gap_mark_and_is_not_the_publishers_concern()
    {
        await PublishAsync(1);
        await CallsAsync(1);

        await PublishAsync([.. Enumerable.Range(2, 11)]);
        await PublishAsync(13);
        _receiver.Answer(0, PushAnswer.Yes);
        await CallsAsync(2);

        Assert.Equal(["1", "gap 13"], _receiver.Calls.Select(Text));
    }

    [Fact]
    public async Task A_gap_is_told_even_when_nothing_follows()
    {
        await PublishAsync(1);
        await CallsAsync(1);

        await PublishAsync([.. Enumerable.Range(2, 11)]);
        _receiver.Answer(0, PushAnswer.Yes);
        await CallsAsync(2);

        Assert.Equal("gap", Text(_receiver.Calls[1]));
    }

    [Fact]
    public async Task A_batch_that_was_not_taken_goes_to_the_subscriber_that_has_the_stream_now()
    {
        ScriptedReceiver next = new();
        await PublishAsync(1);
        await CallsAsync(1);
        _find = request => request.FailedSubscription == Subscription ? new SubscriberFound(Guid.NewGuid(), 0, next) : Found(_receiver);

        _receiver.Answer(0, PushAnswer.No);

        await Eventually.HoldsAsync(() => next.Calls.Count == 1, Cancelled);
        Assert.Equal("1", Text(next.Calls[0]));
    }

    [Fact]
    public async Task After_a_failed_call_a_subscriber_that_still_renews_gets_a_gap_and_not_the_batch_again()
    {
        await PublishAsync(1);
        await CallsAsync(1);
        await PublishAsync(2);

        _receiver.Fail(0, new TimeoutException("by the test"));
        await CallsAsync(2);

        Assert.Equal("gap 2", Text(_receiver.Calls[1]));
        Assert.Equal(new FindSubscriber(Subscription, 5), _asked[1]);
    }

    [Fact]
    public async Task After_a_failed_call_without_a_subscriber_every_publisher_is_refused_until_it_is_asked_again()
    {
        await PublishAsync(1);
        await CallsAsync(1);
        _find = _ => new SubscriberFound(Guid.Empty, 0, null);
        _receiver.Fail(0, new TimeoutException("by the test"));
        await Eventually.HoldsAsync(() => _asked.Count == 2, Cancelled);

        await Eventually.HoldsAsync(() => _publisher.PublishAsync(_stream, [2]).IsFaulted, Cancelled);
        await Assert.ThrowsAsync<NoSubscriberException>(() => _publisher.PublishAsync(_stream, [2]));
        Assert.Equal(2, _asked.Count);
        _find = _ => Found(_receiver);
        _time.Advance(_options.NoSubscriberMemory);
        await PublishAsync(3);
        await CallsAsync(2);

        Assert.Equal("gap 3", Text(_receiver.Calls[1]));
    }

    [Fact]
    public async Task Items_published_before_it_is_known_that_nobody_subscribed_are_all_refused()
    {
        _find = _ => new SubscriberFound(Guid.Empty, 0, null);

        Task[] refused = [.. Enumerable.Range(1, 3).Select(item => _publisher.PublishAsync(_stream, [(byte)item]))];

        foreach (Task each in refused)
        {
            await Assert.ThrowsAsync<NoSubscriberException>(() => each);
        }

        Assert.Empty(_receiver.Calls);
    }

    [Fact]
    public async Task A_stream_that_is_no_longer_used_is_let_go()
    {
        _receiver.AlwaysYes = true;
        await PublishAsync(1);
        await CallsAsync(1);
        Assert.Equal(1, _publisher.Kept);

        // The call's answer may just be on its way back: the outlet is let go as soon as it rests.
        await Eventually.HoldsAsync(
            async () =>
            {
                _time.Advance(_options.Lease * 2);
                await _publisher.PublishAsync(StreamCluster.NewStream(), [2]);
                return _publisher.Kept == 1;
            },
            Cancelled);
    }

    private static string Text(PushBatch batch)
    {
        IEnumerable<string> items = batch.Items.Select(item => $"{item[0]}");
        return string.Join(' ', batch.Gap ? items.Prepend("gap") : items);
    }

    private SubscriberFound Found(IPushReceiver receiver) => new(Subscription, 5, receiver);

    private Task PublishAsync(params int[] items) => Task.WhenAll(items.Select(item => _publisher.PublishAsync(_stream, [(byte)item])));

    private Task CallsAsync(int count) => Eventually.HoldsAsync(() => _receiver.Calls.Count == count, Cancelled);

    private sealed class ScriptedReceiver : IPushReceiver
    {
        private readonly Lock _gate = new();
        private readonly List<(PushBatch Batch, TaskCompletionSource<PushAnswer> Answer)> _calls = [];

        public bool AlwaysYes { get; set; }

        public IReadOnlyList<PushBatch> Calls
        {
            get
            {
                lock (_gate)
                {
                    return [.. _calls.Select(call => call.Batch)];
                }
            }
        }

        public Task<PushAnswer> Push(PushBatch batch)
        {
            TaskCompletionSource<PushAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                _calls.Add((batch, answer));
            }

            return AlwaysYes ? Task.FromResult(PushAnswer.Yes) : answer.Task;
        }

        public void Answer(int call, PushAnswer answer) => _calls[call].Answer.SetResult(answer);

        public void Fail(int call, Exception problem) => _calls[call].Answer.SetException(problem);
    }
}
