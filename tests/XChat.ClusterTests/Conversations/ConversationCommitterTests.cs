using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Testing.Conversations;
using XChat.Testing.GroupCommit;

namespace XChat.ClusterTests.Conversations;

/// <summary>The lanes, against a log that loses connections, loses answers, refuses and stalls.</summary>
public sealed class ConversationCommitterTests : IAsyncLifetime
{
    private readonly InMemoryConversations _conversations = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FaultyConversationLog _log;
    private readonly ConversationOptions _options = new() { Lanes = 1, FirstRetryPause = TimeSpan.FromMilliseconds(1), WriteAttempts = 4 };
    private ConversationCommitter _committer = null!;

    public ConversationCommitterTests() => _log = new FaultyConversationLog(_conversations);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _committer = NewCommitter();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _committer.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task While_a_batch_commits_the_next_one_fills()
    {
        Writer[] writers = await NewWritersAsync(10);
        TaskCompletionSource gate = new();
        _log.Gate = gate.Task;
        int before = _log.Batches.Count;

        LogChunk first = writers[0].Append(_committer);
        LogChunk[] rest = await BehindAsync(before + 1, () => writers.SelectMany(writer => new[] { writer.Append(_committer), writer.Append(_committer) }));
        gate.SetResult();
        await Task.WhenAll(rest.Append(first).Select(chunk => chunk.Outcome));

        Assert.All(rest, chunk => Assert.Equal(ChunkOutcome.Committed, LogTailOutcome(chunk)));
        Assert.Equal([1, 20], _log.Batches.Skip(before));
    }

    [Theory]
    [InlineData(LogFault.LostBefore)]
    [InlineData(LogFault.LostAfter)]
    public async Task A_lost_connection_is_settled_whether_the_write_was_durable_or_not(LogFault fault)
    {
        Writer[] writers = await NewWritersAsync(3);
        int faults = 2;
        _log.Next = _ => faults-- > 0 ? fault : LogFault.None;

        LogChunk[] chunks = [.. writers.Select(writer => writer.Append(_committer))];

        Assert.All(await Task.WhenAll(chunks.Select(chunk => chunk.Outcome)), outcome => Assert.Equal(ChunkOutcome.Committed, outcome));
        Assert.All(writers, writer => Assert.Equal(2, writer.HeadIn(_conversations)));
    }

    [Fact]
    public async Task A_refused_batch_loses_only_the_guilty_conversation()
    {
        Writer[] writers = await NewWritersAsync(9);
        writers[4].Skip();
        TaskCompletionSource gate = new();
        _log.Gate = gate.Task;

        LogChunk[] chunks = [.. writers.Select(writer => writer.Append(_committer))];
        gate.SetResult();
        ChunkOutcome[] outcomes = await Task.WhenAll(chunks.Select(chunk => chunk.Outcome));

        Assert.Equal(ChunkOutcome.Lost, outcomes[4]);
        Assert.Equal(8, outcomes.Count(outcome => outcome == ChunkOutcome.Committed));
        Assert.Equal(1, writers[4].HeadIn(_conversations));
    }

    [Fact]
    public async Task What_was_decided_on_a_lost_chunk_is_lost_unseen()
    {
        Writer writer = (await NewWritersAsync(1))[0];
        TaskCompletionSource gate = new();
        _log.Gate = gate.Task;
        int before = _log.Batches.Count;
        bool refused = false;
        _log.Next = _ => !refused && (refused = true) ? LogFault.Refused : LogFault.None;

        LogChunk first = writer.Append(_committer);
        LogChunk[] second = await BehindAsync(before + 1, () => [writer.Append(_committer)]);
        gate.SetResult();

        Assert.Equal(ChunkOutcome.Lost, await first.Outcome);
        Assert.Equal(ChunkOutcome.Lost, await second[0].Outcome);
        Assert.Equal(before + 1, _log.Batches.Count);
        Assert.Equal(1, writer.HeadIn(_conversations));
    }

    [Fact]
    public async Task When_storage_stays_away_the_outcome_is_unknown_and_the_lane_goes_on()
    {
        Writer[] writers = await NewWritersAsync(2);
        int faults = _options.WriteAttempts;
        _log.Next = _ => faults-- > 0 ? LogFault.LostAfter : LogFault.None;

        ChunkOutcome first = await writers[0].Append(_committer).Outcome;
        ChunkOutcome second = await writers[1].Append(_committer).Outcome;

        Assert.Equal((ChunkOutcome.Unknown, ChunkOutcome.Committed), (first, second));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_drains()
    {
        await _committer.DisposeAsync();
        _options.QueueEntries = 50;
        _committer = NewCommitter();
        Writer[] writers = await NewWritersAsync(1);
        TaskCompletionSource gate = new();
        _log.Gate = gate.Task;

        List<LogChunk> taken = [];
        while (writers[0].TryAppend(_committer) is { } chunk)
        {
            taken.Add(chunk);
            // What waits, and the batch that left before it.
            Assert.InRange(taken.Count, 1, 2 * _options.QueueEntries);
        }

        gate.SetResult();
        Assert.All(await Task.WhenAll(taken.Select(chunk => chunk.Outcome)), outcome => Assert.Equal(ChunkOutcome.Committed, outcome));
        Assert.Equal(1 + taken.Count, writers[0].HeadIn(_conversations));
        Assert.NotNull(writers[0].TryAppend(_committer));
    }

    [Fact]
    public async Task A_second_lane_helps_when_the_first_is_filled_and_a_view_stays_where_its_chunks_are()
    {
        await _committer.DisposeAsync();
        (_options.Lanes, _options.LaneFill) = (2, 3);
        _committer = NewCommitter();
        Writer[] writers = await NewWritersAsync(5);
        TaskCompletionSource gate = new();
        _log.Gate = gate.Task;
        int before = _log.Batches.Count;

        List<LogChunk> chunks = [writers[0].Append(_committer)];
        chunks.AddRange(await BehindAsync(before + 1, () => writers[1..4].Select(writer => writer.Append(_committer))));
        Assert.Equal(before + 1, _log.Batches.Count);
        chunks.Add(writers[4].Append(_committer));
        // The one in the second lane goes on there, though it is the first that would be chosen next.
        chunks.AddRange(await BehindAsync(before + 2, () => [writers[4].Append(_committer), writers[0].Append(_committer)]));
        gate.SetResult();

        Assert.All(await Task.WhenAll(chunks.Select(chunk => chunk.Outcome)), outcome => Assert.Equal(ChunkOutcome.Committed, outcome));
        Assert.Equal([1, 1, 1, 4], _log.Batches.Skip(before).Order());
    }

    private static ChunkOutcome LogTailOutcome(LogChunk chunk) => chunk.Outcome.GetAwaiter().GetResult();

    /// <summary>Queues more once so many batches were tried: they are behind those.</summary>
    private async Task<LogChunk[]> BehindAsync(int batches, Func<IEnumerable<LogChunk>> queue)
    {
        await Testing.Eventually.HoldsAsync(() => _log.Batches.Count >= batches, Cancelled);
        return [.. queue()];
    }

    private ConversationCommitter NewCommitter() => new(
        _log,
        Options.Create(_options),
        new ConversationMetrics(_services.GetRequiredService<IMeterFactory>()),
        TimeProvider.System,
        NullLogger<ConversationCommitter>.Instance);

    private async Task<Writer[]> NewWritersAsync(int count)
    {
        Writer[] writers = [.. Enumerable.Range(0, count).Select(_ => new Writer())];
        foreach (Writer writer in writers)
        {
            Assert.Equal(ChunkOutcome.Committed, await writer.Create(_committer).Outcome);
        }

        return writers;
    }

    /// <summary>One view of one conversation.</summary>
    private sealed class Writer
    {
        private readonly CommitFence _fence = new();
        private readonly ConversationId _id = ConversationId.New();
        private readonly Caller _sender = new(UserId.New(), DeviceId.New());
        private LogChunk? _open;
        private long _seq;

        public LogChunk Create(ConversationCommitter committer) => committer.TryChange(
            new ConversationChange
            {
                Conversation = _id,
                Entry = Next(EntryKind.Commit),
                Created = ConversationType.Group,
                Group = Guid.NewGuid(),
                Epoch = 1,
            },
            _fence)!;

        public LogChunk Append(ConversationCommitter committer) => TryAppend(committer)!;

        public LogChunk? TryAppend(ConversationCommitter committer)
        {
            LogChunk? chunk = committer.TryAppend(_open, _id, _fence, Next(EntryKind.Application));
            _seq -= chunk is null ? 1 : 0;
            _open = chunk ?? _open;
            return chunk;
        }

        /// <summary>Leaves a gap.</summary>
        public void Skip() => _seq++;

        public long HeadIn(InMemoryConversations conversations) =>
            conversations.LoadAsync(_id, 1, CancellationToken.None).GetAwaiter().GetResult()!.Head;

        private LogEntry Next(EntryKind kind) => new(++_seq, kind, _sender, MessageId.New(), 1, 1, 0, default, 0, [1]);
    }
}
