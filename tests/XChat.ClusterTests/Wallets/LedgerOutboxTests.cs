using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The outbox in PostgreSQL, shared by silos that agree on little.</summary>
public sealed class LedgerOutboxTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_silo_whose_clock_is_ahead_could_not_tell_another_one_tells_soon()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using WalletCluster ahead = await StartAsync(database);
        ahead.Time.Advance(TimeSpan.FromHours(1));
        ahead.News.Before = _ => throw new TimeoutException("The test's devices are not reached.");
        TestPayer alice = await TestPayer.CreateAsync(ahead, 10_00);
        TestPayer bob = await TestPayer.CreateAsync(ahead);
        TransferId payment = TransferId.New();

        await alice.PayAsync(bob, 1_00, id: payment);
        await using WalletCluster right = await StartAsync(database);

        await Testing.Eventually.HoldsAsync(() => right.News.Told.Contains((bob.User, payment)), Cancelled);
    }

    [Fact]
    public async Task What_its_own_writer_does_not_tell_any_silo_tells_when_the_lease_is_over()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using WalletCluster silo = await StartAsync(database);
        TestPayer alice = await TestPayer.CreateAsync(silo, 10_00);
        TestPayer bob = await TestPayer.CreateAsync(silo);
        await Testing.Eventually.HoldsAsync(async () => await CountAsync(database) == 0, Cancelled);
        silo.News.Told.Clear();

        // It commits and dies: nobody reads what it was going to tell.
        await using (SecondActivation dying = SecondActivation.Of(silo))
        {
            Assert.True(await dying.TryPayAsync(alice, bob, 1_00));
        }

        await Testing.Eventually.HoldsAsync(() => silo.News.Told.Any(told => told.User == bob.User), Cancelled);
        await Testing.Eventually.HoldsAsync(async () => await CountAsync(database) == 0, Cancelled);
    }

    [Fact]
    public async Task What_a_silo_tells_itself_is_gone_from_the_outbox_before_anybody_sweeps_it()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using WalletCluster silo = await StartAsync(database);
        TestPayer alice = await TestPayer.CreateAsync(silo, 10_00);
        TestPayer bob = await TestPayer.CreateAsync(silo);
        await Testing.Eventually.HoldsAsync(async () => await CountAsync(database) == 0, Cancelled);
        // However slow the machine is: no row is given up by the silo, and none is the sweep's while the test looks.
        silo.Time.Stop();
        await PutOffAsync(database);

        await alice.PayAsync(bob, 1_00);

        await Testing.Eventually.HoldsAsync(async () => await CountAsync(database) == 0, Cancelled);
        Assert.Contains(silo.News.Told, told => told.User == bob.User);
    }

    [Fact]
    public async Task A_row_that_has_come_to_lie_where_another_lay_is_let_alone()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using NpgsqlCommand insert = database.DataSource.CreateCommand(
            "INSERT INTO ledger_outbox (due_at, transfer_id, debit_account, currency) VALUES (now(), gen_random_uuid(), gen_random_uuid(), 'EUR')");
        await insert.ExecuteNonQueryAsync(Cancelled);
        PostgresLedgerOutbox outbox = new(database.DataSource);
        OutboxRow? row = null;
        await Assert.ThrowsAsync<TimeoutException>(() => outbox.RelayAsync(1, TimeSpan.Zero, Look, Cancelled));

        await outbox.SettleAsync([row! with { Transfer = TransferId.New() }], [true], TimeSpan.Zero, Cancelled);
        Assert.Equal(1, await CountAsync(database));
        await outbox.SettleAsync([row!], [true], TimeSpan.Zero, Cancelled);

        Assert.Equal(0, await CountAsync(database));

        // What is not told stays as it was, and where it was.
        Task<IReadOnlyList<bool>> Look(IReadOnlyList<OutboxRow> rows)
        {
            row = rows[0];
            throw new TimeoutException("The test's devices are not reached.");
        }
    }

    /// <summary>From now on rows are due an hour later than whoever writes them says.</summary>
    private static async Task PutOffAsync(TestDatabase database)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            """
            CREATE FUNCTION put_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.due_at := NEW.due_at + interval '1 hour'; RETURN NEW; END $$;
            CREATE TRIGGER put_off BEFORE INSERT ON ledger_outbox FOR EACH ROW EXECUTE FUNCTION put_off();
            """);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private static async Task<long> CountAsync(TestDatabase database)
    {
        await using NpgsqlCommand count = database.DataSource.CreateCommand("SELECT count(*) FROM ledger_outbox");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    private static Task<WalletCluster> StartAsync(TestDatabase database) =>
        WalletCluster.StartAsync(services => services.AddSingleton(database.DataSource).AddWalletStorage());
}
