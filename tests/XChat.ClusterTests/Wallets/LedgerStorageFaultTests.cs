using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing.Database;
using XChat.Testing.GroupCommit;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Wallets over a PostgreSQL that loses answers and connections; the money is counted while it moves and afterwards.</summary>
public sealed class LedgerStorageFaultTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int People = 12;
    private const long Funds = 50;
    private const int Payments = 400;

    private TestDatabase _database = null!;
    private FaultyLedger _ledger = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _ledger = new FaultyLedger(new PostgresWalletLedger(_database.DataSource));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task When_the_answer_to_a_commit_is_lost_the_payment_is_neither_lost_nor_made_twice()
    {
        await using WalletCluster cluster = await StartAsync();
        TestPayer[] people = await PeopleAsync(cluster);
        LostAnswers lost = new();
        _ledger.Faults.Next = lost.Next;

        TransferDecided[] answers = await Task.WhenAll(Orders(people).Select(order => order.From.Wallet.Pay(order.Pay)));

        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { WalletStatus.Accepted, WalletStatus.InsufficientFunds }));
        Assert.Superset(new HashSet<LogFault> { LogFault.LostBefore, LogFault.LostAfter }, lost.Met.ToHashSet());
        await AgreesAsync(people, answers.Count(answer => answer.Status == WalletStatus.Accepted));
    }

    [Fact]
    public async Task When_connections_break_every_payment_is_found_once_by_its_id_and_no_money_is_made_or_lost()
    {
        await using WalletCluster cluster = await StartAsync();
        TestPayer[] people = await PeopleAsync(cluster);
        (TestPayer From, PayOrder Pay)[] orders = [.. Orders(people)];
        int left = orders.Length;
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);

        Task<int> watching = WatchTotalAsync(done.Token);
        Task<TransferDecided[]> paying = Task.WhenAll(orders.Chunk(25).Select(async some =>
        {
            TransferDecided last = null!;
            foreach ((TestPayer from, PayOrder pay) in some)
            {
                last = await InsistAsync(() => from.Wallet.Pay(pay));
                Interlocked.Decrement(ref left);
            }

            return last;
        }));
        for (int kill = 0; kill < 4 && !paying.IsCompleted; kill++)
        {
            int target = orders.Length - ((kill + 1) * 70);
            await Testing.Eventually.HoldsAsync(() => Volatile.Read(ref left) <= target || paying.IsCompleted, Cancelled);
            await BreakConnectionsAsync();
        }

        await paying;
        TransferDecided[] again = await Task.WhenAll(orders.Select(order => InsistAsync(() => order.From.Wallet.Pay(order.Pay))));
        await done.CancelAsync();

        Assert.True(await watching > 0, "The total was never looked at.");
        Assert.All(again, answer => Assert.Contains(answer.Status, new[] { WalletStatus.AlreadyAccepted, WalletStatus.InsufficientFunds }));
        await AgreesAsync(people, again.Count(answer => answer.Status == WalletStatus.AlreadyAccepted));
    }

    [Fact]
    public async Task A_full_queue_refuses_by_name_and_a_repeat_is_taken_once_there_is_room()
    {
        await using WalletCluster cluster = await StartAsync(options => (options.Lanes, options.QueueTransfers) = (1, 20));
        TestPayer alice = await TestPayer.CreateAsync(cluster, 1000);
        TestPayer bob = await TestPayer.CreateAsync(cluster);
        await alice.PayAsync(bob, 1);
        TaskCompletionSource gate = new();
        _ledger.Faults.Gate = gate.Task;
        PayOrder[] orders = [.. Enumerable.Range(0, 100).Select(_ => alice.Sign(alice.Order(bob, 1)))];

        Task<TransferDecided>[] paying = [.. orders.Select(order => alice.Wallet.Pay(order))];
        await Testing.Eventually.HoldsAsync(() => paying.Count(task => task.IsCompleted) >= orders.Length - 41, Cancelled);
        gate.SetResult();
        TransferDecided[] answers = await Task.WhenAll(paying);
        TransferDecided[] again = await Task.WhenAll(orders
            .Where((_, index) => answers[index].Status == WalletStatus.Overloaded).Take(15).Select(order => alice.Wallet.Pay(order)));

        int accepted = answers.Count(answer => answer.Status == WalletStatus.Accepted);
        Assert.Equal(orders.Length, accepted + answers.Count(answer => answer.Status == WalletStatus.Overloaded));
        Assert.InRange(accepted, 20, 41);
        Assert.All(again, answer => Assert.Equal(WalletStatus.Accepted, answer.Status));
        Assert.Equal(1 + accepted + again.Length, await bob.AvailableAsync());
    }

    private Task<WalletCluster> StartAsync(Action<WalletOptions>? configure = null) => WalletCluster.StartAsync(
        services => services.AddSingleton(_database.DataSource).AddWalletStorage().AddSingleton<IWalletLedger>(_ledger), configure);

    private static Task<TestPayer[]> PeopleAsync(WalletCluster cluster) =>
        Task.WhenAll(Enumerable.Range(0, People).Select(_ => TestPayer.CreateAsync(cluster, Funds)));

    private static IEnumerable<(TestPayer From, PayOrder Pay)> Orders(TestPayer[] people)
    {
        const int Seed = 20_261_124;
        Random random = new(Seed);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}");
        return Enumerable.Range(0, Payments).Select(_ =>
        {
            int from = random.Next(People);
            TestPayer to = people[(from + 1 + random.Next(People - 1)) % People];
            return (people[from], people[from].Sign(people[from].Order(to, random.Next(1, 20))));
        });
    }

    /// <summary>The total of all accounts is nothing at every moment: what the people have is what the rail gave.</summary>
    private async Task<int> WatchTotalAsync(CancellationToken until)
    {
        int looks = 0;
        while (!until.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlCommand command = _database.DataSource.CreateCommand(
                    "SELECT coalesce(sum(credits_posted - debits_posted), 0), coalesce(sum(credits_pending - debits_pending), 0) FROM ledger_account");
                await using NpgsqlDataReader row = await command.ExecuteReaderAsync(CancellationToken.None);
                await row.ReadAsync(CancellationToken.None);
                Assert.Equal((0m, 0m), (row.GetDecimal(0), row.GetDecimal(1)));
                looks++;
            }
            catch (NpgsqlException)
            {
                // The test breaks this connection too.
            }
        }

        return looks;
    }

    private async Task AgreesAsync(TestPayer[] people, int accepted)
    {
        long[] balances = await Task.WhenAll(people.Select(person => InsistAsync(person.AvailableAsync)));
        Assert.All(balances, balance => Assert.True(balance >= 0));
        Assert.Equal(People * Funds, balances.Sum());
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(
            "SELECT (SELECT count(*) FROM ledger_transfer WHERE reason = 1), (SELECT count(*) FROM ledger_command WHERE outcome = 1) - $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = People });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(Cancelled);
        await row.ReadAsync(Cancelled);
        Assert.Equal(((long)accepted, (long)accepted), (row.GetInt64(0), row.GetInt64(1)));
        LedgerVerification found = await new LedgerVerifier(_database.DataSource).RunAsync(Cancelled);
        Assert.Empty(found.Violations.SelectMany(violation => violation.Rows.Prepend(violation.Check)));
    }

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

    private async Task BreakConnectionsAsync()
    {
        await using NpgsqlDataSource apart = NpgsqlDataSource.Create(_database.ConnectionString);
        await using NpgsqlCommand command = apart.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        // Those of the last time may not have been opened anew yet.
        await Testing.Eventually.HoldsAsync(async () => (long)(await command.ExecuteScalarAsync(Cancelled))! > 0, Cancelled);
    }
}
