using System.CommandLine;
using System.Globalization;
using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.Admin;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Reports;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary><c>xchat-admin safeguarding</c> and <c>retention</c> on a real ledger with a past.</summary>
public sealed class MoneyReportTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private TestDatabase _database = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        await using WalletCluster cluster = await WalletCluster.StartAsync(
            services => services.AddSingleton(_database.DataSource).AddWalletStorage());
        TestPayer alice = await TestPayer.CreateAsync(cluster, 100_00);
        TestPayer bob = await TestPayer.CreateAsync(cluster, 7_00);
        await alice.PayAsync(bob, 12_34);
        WalletKey fees = new(WalletKind.Fees, Guid.NewGuid(), WalletCluster.Euro);
        WalletKey escrow = new(WalletKind.Escrow, Guid.NewGuid(), WalletCluster.Euro);
        await bob.Wallet.Transfer(WalletCluster.Order(fees, 34, TransferReason.Fee));
        await alice.Wallet.Transfer(WalletCluster.Order(escrow, 20_00, TransferReason.Withdrawal));
        await alice.PayAsync(bob, 3_00, PaymentKind.WithAcceptance);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_is_owed_is_held_and_every_cent_has_its_place()
    {
        Assert.Equal(0, await RunAsync("safeguarding", "report", "--json"));

        using JsonDocument answer = JsonDocument.Parse(_output.ToString());
        JsonElement euros = Assert.Single(answer.RootElement.EnumerateArray());
        Assert.Equal(
            ["EUR", "86.66", "0.00", "20.00", "106.66", "107.00", "0.34", "0.00", "-0.34", "in order"],
            new[] { "currency", "people", "redPackets", "escrow", "owed", "held", "fees", "clearing", "shortfall", "finding" }
                .Select(name => euros.GetProperty(name).GetString()));
    }

    [Fact]
    public async Task The_end_of_an_earlier_day_knows_nothing_of_today()
    {
        string before = TimeProvider.System.GetUtcNow().AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        Assert.Equal(0, await RunAsync("safeguarding", "report", "--day", before));
        Assert.Equal("No money has moved yet.", _output.ToString().Trim());
        Assert.Equal(1, await RunAsync("safeguarding", "report", "--day", "yesterday"));
    }

    [Fact]
    public async Task Money_that_is_owed_and_not_held_is_a_shortfall_and_fails()
    {
        await using WalletCluster cluster = await WalletCluster.StartAsync(
            services => services.AddSingleton(_database.DataSource).AddWalletStorage());
        TestPayer carol = await TestPayer.CreateAsync(cluster);
        WalletKey advanced = new(WalletKind.Clearing, Guid.NewGuid(), WalletCluster.Euro);
        await cluster.Grains.Wallet(advanced).Transfer(WalletCluster.Order(carol.Key, 5_00, TransferReason.Clearing));

        Assert.Equal(2, await RunAsync("safeguarding", "report"));
        Assert.Contains("SHORTFALL", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("4.66", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_go_when_their_class_is_over_unless_somebody_in_them_is_under_a_hold()
    {
        (Guid held, Guid free, Guid asked) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        LegalHold hold = new(Guid.NewGuid(), new UserId(asked), "court order 7", TimeProvider.System.GetUtcNow());
        await new LegalHolds(_database.DataSource).PlaceAsync(hold, Cancelled);
        await RequestAsync(held, asked, years: 3);
        await RequestAsync(free, Guid.NewGuid(), years: 3);
        await RequestAsync(Guid.NewGuid(), Guid.NewGuid(), years: 1);
        await CaseAsync(state: 2, years: 6);
        await CaseAsync(state: 3, years: 6);
        await CaseAsync(state: 2, years: 4);
        await ReportAsync(by: asked, of: free, years: 3);
        await ReportAsync(by: free, of: asked, years: 3);
        await ReportAsync(by: free, of: held, years: 3);
        await ReportAsync(by: free, of: held, years: 1);

        Assert.Equal(0, await RunAsync("retention", "show"));
        Assert.Matches(@"requests\s+2\s+1 ", _output.ToString());
        Assert.Equal(0, await RunAsync("retention", "remove", "--reason", "yearly", "--operator", "ana"));
        Assert.EndsWith("removed 1 requests, 1 reports, 1 cases", _output.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.Equal((2L, 2L, 3L), (await CountAsync("payment_request"), await CountAsync("money_case"), await CountAsync("message_report")));

        Assert.Equal(0, await RunAsync("hold", "lift", hold.Hold.ToString(), "--reason", "case is over"));
        Assert.Equal(2, await RunAsync("hold", "lift", hold.Hold.ToString(), "--reason", "case is over"));
        Assert.Equal(0, await RunAsync("retention", "remove", "--reason", "yearly"));
        Assert.Equal((1L, 1L), (await CountAsync("payment_request"), await CountAsync("message_report")));
        // Begun and ended, each of four.
        Assert.Equal(8L, await CountAsync("operator_action"));
    }

    private async Task RequestAsync(Guid requester, Guid asked, int years)
    {
        await using NpgsqlCommand insert = _database.DataSource.CreateCommand(
            """
            WITH made AS (
                INSERT INTO payment_request (request_id, conversation_id, requester_id, split, currency, total, created_at, expires_at)
                SELECT gen_random_uuid(), gen_random_uuid(), $1, false, 'EUR', 5, t.ended - interval '7 days', t.ended
                FROM (SELECT now() - make_interval(years => $3, days => 1) AS ended) AS t
                RETURNING request_id)
            INSERT INTO payment_request_share (request_id, position, user_id, amount, state, created_at) SELECT request_id, 1, $2, 5, 1, now() FROM made
            """);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = requester });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = asked });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = years });
        await insert.ExecuteNonQueryAsync(Cancelled);
    }

    private async Task ReportAsync(Guid by, Guid of, int years)
    {
        await using NpgsqlCommand insert = _database.DataSource.CreateCommand(
            """
            INSERT INTO message_report (
                reporter_user, reporter_device, conversation_id, seq, message_id, sender_user, sender_device, sent_at, content, reason, reported_at)
            SELECT $1, gen_random_uuid(), gen_random_uuid(), 2, gen_random_uuid(), $2, gen_random_uuid(), t.at, '\x00', '', t.at
            FROM (SELECT now() - make_interval(years => $3, days => 1) AS at) AS t
            """);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = by });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = of });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = years });
        await insert.ExecuteNonQueryAsync(Cancelled);
    }

    private async Task CaseAsync(short state, int years)
    {
        await using NpgsqlCommand insert = _database.DataSource.CreateCommand(
            """
            INSERT INTO money_case (case_id, kind, user_id, subject, detail, state, opened_at, closed_at)
            VALUES (gen_random_uuid(), 1, gen_random_uuid(), 'entry', '', $1, now() - make_interval(years => $2, days => 2),
                now() - make_interval(years => $2, days => 1))
            """);
        insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = state });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = years });
        await insert.ExecuteNonQueryAsync(Cancelled);
    }

    private async Task<long> CountAsync(string table)
    {
        await using NpgsqlCommand count = _database.DataSource.CreateCommand($"SELECT count(*) FROM {table}");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    private Task<int> RunAsync(params string[] args) => AdminCommandLine.Create()
        .Parse([.. args, "--postgres", _database.ConnectionString])
        .InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error }, Cancelled);
}
