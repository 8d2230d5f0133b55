using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Protocol.Conversations;
using XChat.Storage.Conversations;
using XChat.Testing.Conversations;
using XChat.Testing.Database;
using XChat.Testing.GroupCommit;

namespace XChat.ClusterTests.Conversations;

/// <summary>Conversations over a PostgreSQL that loses answers and connections, and over one that is too slow.</summary>
public sealed class ConversationStorageFaultTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Messages = 600;

    private TestDatabase _database = null!;
    private FaultyConversationLog _log = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _log = new FaultyConversationLog(new PostgresConversationLog(_database.DataSource));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task When_the_answer_to_a_commit_is_lost_the_entry_is_neither_lost_nor_there_twice()
    {
        await using ConversationCluster cluster = await StartAsync();
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 3);
        LostAnswers lost = new();
        _log.Next = lost.Next;

        EntryAppended[] sent = await Task.WhenAll(Enumerable.Range(0, Messages).Select(index => group.SendAsync(group.People[index % 3])));
        EntryAppended[] changes =
        [
            await group.CommitAsync(group.People[1], 1),
            await group.Log.Delete(new DeleteMessage(group.People[0], MessageId.New(), 2)),
            await group.CommitAsync(group.People[2], 2, epoch: 2),
            await group.Log.SetTimer(new SetTimer(group.People[0], MessageId.New(), 3600)),
        ];

        Assert.All(sent.Concat(changes), answer => Assert.Equal(ConversationStatus.Accepted, answer.Status));
        List<LogEntry> log = await group.ReadAllAsync(group.People[0]);
        Assert.Equal(Enumerable.Range(1, 1 + Messages + changes.Length).Select(seq => (long)seq), log.Select(entry => entry.Seq));
        Assert.Equal(sent.Concat(changes).Select(answer => answer.Seq).ToHashSet(), log.Skip(1).Select(entry => entry.Seq).ToHashSet());
        Assert.Superset(new HashSet<LogFault> { LogFault.LostBefore, LogFault.LostAfter }, lost.Met.ToHashSet());
    }

    [Fact]
    public async Task When_connections_break_a_repeat_with_the_same_id_finds_each_message_once()
    {
        await using ConversationCluster cluster = await StartAsync();
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 3);
        MessageId[] ids = [.. Enumerable.Range(0, Messages).Select(_ => MessageId.New())];
        int sending = ids.Length;

        Task<EntryAppended[]> sent = Task.WhenAll(ids.Chunk(30).Select(async some =>
        {
            EntryAppended last = null!;
            foreach (MessageId id in some)
            {
                last = await InsistAsync(() => group.SendAsync(group.People[id.Value.GetHashCode() & 1], id));
                Interlocked.Decrement(ref sending);
            }

            return last;
        }));
        for (int kill = 0; kill < 5 && !sent.IsCompleted; kill++)
        {
            int target = ids.Length - ((kill + 1) * 80);
            await Testing.Eventually.HoldsAsync(() => Volatile.Read(ref sending) <= target, Cancelled);
            // For a moment after the last time there may be none.
            await Testing.Eventually.HoldsAsync(async () => await BreakConnectionsAsync() > 0 || sent.IsCompleted, Cancelled);
        }

        await sent;
        List<LogEntry> log = await InsistAsync(() => group.ReadAllAsync(group.People[0]));
        Assert.Equal(Enumerable.Range(1, 1 + Messages).Select(seq => (long)seq), log.Select(entry => entry.Seq));
        Assert.Equal(ids.ToHashSet(), log.Skip(1).Select(entry => entry.Message).ToHashSet());
    }

    [Fact]
    public async Task A_full_queue_refuses_by_name_and_a_repeat_is_taken_once_there_is_room()
    {
        await using ConversationCluster cluster = await StartAsync(options => (options.Lanes, options.QueueEntries) = (1, 20));
        TestConversation group = await TestConversation.CreateAsync(cluster);
        TaskCompletionSource gate = new();
        _log.Gate = gate.Task;
        AppendMessage[] messages = [.. Enumerable.Range(0, 100).Select(_ => group.Message(group.People[0]))];

        Task<EntryAppended>[] sending = [.. messages.Select(message => group.Log.Append(message))];
        await Testing.Eventually.HoldsAsync(() => sending.Count(task => task.IsCompleted) >= messages.Length - 41, Cancelled);
        gate.SetResult();
        EntryAppended[] answers = await Task.WhenAll(sending);
        EntryAppended[] again = await Task.WhenAll(messages
            .Where((_, index) => answers[index].Status == ConversationStatus.Overloaded).Take(15).Select(message => group.Log.Append(message)));

        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { ConversationStatus.Accepted, ConversationStatus.Overloaded }));
        int accepted = answers.Count(answer => answer.Status == ConversationStatus.Accepted);
        Assert.InRange(accepted, 20, 41);
        Assert.All(again, answer => Assert.Equal(ConversationStatus.Accepted, answer.Status));
        Assert.Equal(1 + accepted + again.Length, (await group.ReadAllAsync(group.People[0])).Count);
    }

    private Task<ConversationCluster> StartAsync(Action<ConversationOptions>? configure = null) => ConversationCluster.StartAsync(
        services => services.AddSingleton(_database.DataSource).AddConversationStorage().AddSingleton<IConversationLog>(_log),
        options =>
        {
            options.FirstRetryPause = TimeSpan.FromMilliseconds(1);
            configure?.Invoke(options);
        });

    /// <summary>Repeats what failed without an answer, as a client does.</summary>
    private static async Task<T> InsistAsync<T>(Func<Task<T>> call)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception problem) when (problem is not OperationCanceledException && attempt < 20)
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"attempt {attempt}: {problem.GetType().Name}: {problem.Message}");
            }
        }
    }

    /// <summary>Returns how many it broke.</summary>
    private async Task<long> BreakConnectionsAsync()
    {
        await using NpgsqlDataSource apart = NpgsqlDataSource.Create(_database.ConnectionString);
        await using NpgsqlCommand command = apart.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }
}
