using System.Data;

using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>
/// The bank of Jepsen over two silos and PostgreSQL: people pay one another at random, and whoever looks at any moment finds all the money and every
/// payment that was acknowledged before the look.
/// </summary>
public sealed class BankTests(PostgresFixture postgres)
{
    private const int People = 12;
    private const int Payers = 16;
    private const int PaymentsOfEach = 60;
    private const long EachHas = 50;

    // All from one snapshot: the counters, and the same from the transfers alone.
    private const string TotalsSql = """
        SELECT (SELECT sum(credits_posted - debits_posted)::bigint FROM ledger_account WHERE kind = 1),
            (SELECT sum(credits_posted - debits_posted)::bigint FROM ledger_account),
            (SELECT min(credits_posted - debits_posted - debits_pending) FROM ledger_account WHERE kind = 1),
            (SELECT sum(CASE WHEN d.kind = 1 THEN 0 ELSE t.amount END - CASE WHEN c.kind = 1 THEN 0 ELSE t.amount END)::bigint
             FROM ledger_transfer AS t
             JOIN ledger_account AS d ON d.account_id = t.debit_account
             JOIN ledger_account AS c ON c.account_id = t.credit_account
             WHERE t.kind IN (1, 3))
        """;

    /// <summary>So often has somebody to look, and to read, while payments go on.</summary>
    private const int Least = 4;

    private readonly long[] _credited = new long[People];
    private int _looks;
    private int _reads;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_looks_finds_all_the_money_and_every_payment_acknowledged_before()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using WalletCluster cluster = await WalletCluster.StartAsync(
            services => services.AddSingleton(database.DataSource).AddWalletStorage(), silos: 2);
        TestPayer[] people = await Task.WhenAll(Enumerable.Range(0, People).Select(_ => TestPayer.CreateAsync(cluster, EachHas)));
        Array.Fill(_credited, EachHas);
        int seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);

        Task looking = LookAsync(database, enough.Token);
        Task reading = ReadBalancesAsync(people, enough.Token);
        int[] accepted = await Task.WhenAll(Enumerable.Range(0, Payers).Select(
            payer => PayAsync(people, new Random(seed + payer), () => Seen() || looking.IsCompleted || reading.IsCompleted)));
        await enough.CancelAsync();

        Assert.True(accepted.Sum() > Payers, "Next to nothing was paid.");
        await Task.WhenAll(looking, reading);
        LedgerVerification found = await new LedgerVerifier(database.DataSource).RunAsync(Cancelled);
        Assert.Empty(found.Violations.SelectMany(violation => violation.Rows.Prepend(violation.Check)));
        Assert.Equal(_credited, await Task.WhenAll(people.Select(async person => (await person.Wallet.Balance(new ReadBalance())).CreditsPosted)));
    }

    private bool Seen() => Volatile.Read(ref _looks) >= Least && Volatile.Read(ref _reads) >= Least;

    /// <summary>
    /// Payments, some of them larger than what there is, one after the other, until somebody has looked at them; every tenth waits and is accepted or taken
    /// back.
    /// </summary>
    private async Task<int> PayAsync(TestPayer[] people, Random random, Func<bool> seen)
    {
        int accepted = 0;
        for (int number = 0; number < PaymentsOfEach || !seen(); number++)
        {
            TestPayer payer = people[random.Next(People)];
            int to = random.Next(People);
            long minorUnits = random.Next(1, 15);
            if (payer == people[to])
            {
                continue;
            }

            bool waits = number % 10 == 9;
            TransferId id = TransferId.New();
            TransferDecided decided = await payer.PayAsync(people[to], minorUnits, waits ? PaymentKind.WithAcceptance : PaymentKind.Instant, id);
            if (decided.Status != WalletStatus.Accepted)
            {
                Assert.Equal(WalletStatus.InsufficientFunds, decided.Status);
                continue;
            }

            accepted++;
            bool arrives = !waits || random.Next(2) == 0;
            if (waits)
            {
                TransferDecided ended = await people[to].ResolveAsync(payer, id, arrives ? PendingResolution.Post : PendingResolution.Void);
                Assert.Equal(WalletStatus.Accepted, ended.Status);
            }

            if (arrives)
            {
                Interlocked.Add(ref _credited[to], minorUnits);
            }
        }

        return accepted;
    }

    /// <summary>Snapshots of the database: no money is made, lost or under way, and nobody has less than nothing.</summary>
    private async Task LookAsync(TestDatabase database, CancellationToken enough)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(Cancelled);
        while (!enough.IsCancellationRequested)
        {
            await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancelled);
            await using NpgsqlCommand command = new(TotalsSql, connection);
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(Cancelled);
            Assert.True(await row.ReadAsync(Cancelled));
            Assert.Equal((People * EachHas, 0, People * EachHas), (row.GetInt64(0), row.GetInt64(1), row.GetInt64(3)));
            Assert.InRange(row.GetInt64(2), 0, People * EachHas);
            Interlocked.Increment(ref _looks);
        }
    }

    /// <summary>Balances through the grains: what was acknowledged before the reading began is in it.</summary>
    private async Task ReadBalancesAsync(TestPayer[] people, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            int person = Volatile.Read(ref _reads) % People;
            long acknowledged = Volatile.Read(ref _credited[person]);
            BalanceRead read = await people[person].Wallet.Balance(new ReadBalance());
            Assert.True(read.CreditsPosted >= acknowledged, $"A balance shows credits of {read.CreditsPosted} when {acknowledged} were acknowledged.");
            Interlocked.Increment(ref _reads);
        }
    }
}
