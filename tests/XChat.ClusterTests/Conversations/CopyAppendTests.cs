using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

using XChat.EmbeddedPostgres;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Storage.Conversations;
using XChat.Storage.Migrations;
using XChat.Testing.Conversations;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Conversations;

/// <summary>Large batches of messages whose predecessors this silo has committed: they go in by COPY, which looks nothing up.</summary>
public sealed class CopyAppendTests(PostgresFixture postgres) : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Messages_read_as_they_were_written()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        FaultyConversationLog log = new(new PostgresConversationLog(database.DataSource));
        await using ConversationCommitter committer = NewCommitter(log);
        LogWriter[] writers = await NewWritersAsync(committer, 3);
        int batches = log.Batches.Count;

        await AppendTogetherAsync(log, committer, writers, each: 20);

        Assert.Equal([60], log.Batches.Skip(batches + 2));
        foreach (LogWriter writer in writers)
        {
            Assert.Equal(writer.Committed.Select(Shown), (await writer.ReadAsync(database.DataSource)).Select(Shown));
        }
    }

    [Fact]
    public async Task A_place_or_an_id_that_is_taken_loses_its_own_conversation_and_no_other()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        FaultyConversationLog log = new(new PostgresConversationLog(database.DataSource));
        await using ConversationCommitter committer = NewCommitter(log);
        LogWriter[] writers = await NewWritersAsync(committer, 10);
        (LogWriter place, LogWriter id) = (writers[4], writers[7]);
        // Somebody else's entry is right behind the last one; and an id of before is used again, as after a restart of the device's store.
        await database.DataSource.CreateCommand($"""
            INSERT INTO conversation_entry SELECT conversation_id, seq + 1, 1, gen_random_uuid(), sender_user, sender_device, 1, now(), NULL, NULL, NULL, 'x'
            FROM conversation_entry WHERE conversation_id = '{place.Id}' ORDER BY seq DESC LIMIT 1
            """).ExecuteNonQueryAsync(Cancelled);
        id.NextId = id.Committed[^1].Message;

        await AppendTogetherAsync(log, committer, writers, each: 3);

        Assert.Equal([place, id], writers.Where(writer => writer.Last == ChunkOutcome.Lost));
        foreach (LogWriter writer in writers.Except([place]))
        {
            Assert.Equal(writer.Committed.Select(Shown), (await writer.ReadAsync(database.DataSource)).Select(Shown));
        }
    }

    [Fact]
    public async Task After_the_server_was_started_again_nothing_goes_in_behind_an_entry_that_it_has_lost()
    {
        EmbeddedPostgresOptions options = new()
        {
            DataFolder = Path.Combine(Path.GetTempPath(), $"xchat-test-{Guid.NewGuid():N}"), SharedBuffersMegabytes = 16, Ephemeral = true,
        };
        try
        {
            EmbeddedPostgresServer server = await EmbeddedPostgresServer.StartAsync(options, Cancelled);
            await using NpgsqlDataSource database = NpgsqlDataSource.Create(server.ConnectionString);
            await new MigrationRunner(database).ApplyAsync(Cancelled);
            FaultyConversationLog log = new(new PostgresConversationLog(database));
            await using ConversationCommitter committer = NewCommitter(log);
            LogWriter[] writers = await NewWritersAsync(committer, 2);
            await AppendTogetherAsync(log, committer, writers, each: 20);

            await server.DisposeAsync();
            server = await EmbeddedPostgresServer.StartAsync(options, Cancelled);
            // As a standby that had not everything yet.
            database.Clear();
            Assert.Equal(1, await database.CreateCommand(
                $"DELETE FROM conversation_entry WHERE conversation_id = '{writers[0].Id}' AND seq = {writers[0].Head}").ExecuteNonQueryAsync(Cancelled));
            await AppendTogetherAsync(log, committer, writers, each: 20);

            Assert.Equal([ChunkOutcome.Lost, ChunkOutcome.Committed], writers.Select(writer => writer.Last));
            await server.DisposeAsync();
        }
        finally
        {
            Directory.Delete(options.DataFolder, recursive: true);
        }
    }

    /// <summary>What is stored of an entry, to compare.</summary>
    private static object Shown(LogEntry entry) => (
        entry.Seq, entry.Kind, entry.Sender, entry.Message, entry.Epoch, entry.TimeMs, entry.ExpiresAtMs, Convert.ToHexString(entry.Payload));

    /// <summary>All of it in one batch, which fills while one before it waits.</summary>
    private static async Task AppendTogetherAsync(FaultyConversationLog log, ConversationCommitter committer, LogWriter[] writers, int each)
    {
        LogWriter before = new();
        await before.CreateAsync(committer);
        TaskCompletionSource gate = new();
        log.Gate = gate.Task;
        int batches = log.Batches.Count;
        Task blocking = before.AppendAsync(committer, 1);
        await Testing.Eventually.HoldsAsync(() => log.Batches.Count > batches, Cancelled);
        Task[] appended = [.. writers.Select(writer => writer.AppendAsync(committer, each))];
        gate.SetResult();
        await Task.WhenAll(appended.Append(blocking));
    }

    private ConversationCommitter NewCommitter(IConversationLog log) => new(
        log,
        Options.Create(new ConversationOptions { Lanes = 1 }),
        new ConversationMetrics(_services.GetRequiredService<IMeterFactory>()),
        TimeProvider.System,
        NullLogger<ConversationCommitter>.Instance);

    /// <summary>Views of conversations whose last entry is a message that was committed just now.</summary>
    private static async Task<LogWriter[]> NewWritersAsync(ConversationCommitter committer, int count)
    {
        LogWriter[] writers = [.. Enumerable.Range(0, count).Select(_ => new LogWriter())];
        foreach (LogWriter writer in writers)
        {
            await writer.CreateAsync(committer);
            await writer.AppendAsync(committer, 1);
        }

        return writers;
    }

    /// <summary>One view of one conversation.</summary>
    private sealed class LogWriter
    {
        private readonly CommitFence _fence = new();
        private readonly Caller _sender = new(UserId.New(), DeviceId.New());

        public ConversationId Id { get; } = ConversationId.New();

        /// <summary>Messages only.</summary>
        public List<LogEntry> Committed { get; } = [];

        public long Head { get; private set; }

        public ChunkOutcome Last { get; private set; }

        /// <summary>For one message; empty: a new one.</summary>
        public MessageId NextId { get; set; }

        public async Task CreateAsync(ConversationCommitter committer)
        {
            ConversationChange change = new()
            {
                Conversation = Id, Entry = Next(EntryKind.Commit), Created = ConversationType.Group, Group = Guid.NewGuid(), Epoch = 1,
            };
            Assert.Equal(ChunkOutcome.Committed, await committer.TryChange(change, _fence)!.Outcome);
        }

        public async Task AppendAsync(ConversationCommitter committer, int count)
        {
            LogEntry[] entries = [.. Enumerable.Range(0, count).Select(_ => Next(EntryKind.Application))];
            LogChunk? chunk = null;
            foreach (LogEntry entry in entries)
            {
                chunk = committer.TryAppend(chunk, Id, _fence, entry)!;
            }

            Last = await chunk!.Outcome;
            Committed.AddRange(Last == ChunkOutcome.Committed ? entries : []);
        }

        public async Task<IReadOnlyList<LogEntry>> ReadAsync(NpgsqlDataSource database) =>
            (await new PostgresConversationStore(database).ReadAsync(Id, new LogRange(2, long.MaxValue, Backward: false, 1000, 1 << 24), Cancelled)).Entries;

        private LogEntry Next(EntryKind kind)
        {
            MessageId id = NextId.IsEmpty ? MessageId.New() : NextId;
            NextId = default;
            Head++;
            // Every second one has a timer; sizes from nothing to what the table keeps elsewhere; a time with all its milliseconds.
            long time = 1_790_000_000_123 + Head;
            byte[] payload = new byte[kind == EntryKind.Commit ? 1 : Head % 5 * 997];
            Array.Fill(payload, (byte)Head);
            return new(Head, kind, _sender, id, 7 + Head, time, Head % 2 == 0 ? time + 60_000 : 0, default, 0, payload);
        }
    }
}
