using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.Admin;
using XChat.Admin.Doctor;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Operations;

/// <summary><c>xchat-admin doctor</c> finds rails that do not answer, are not looked after or not reconciled, and money of the wrong kind.</summary>
public sealed class RailDoctorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Silo = """
        INSERT INTO orleans_membership_version (deployment_id) VALUES ('xchat') ON CONFLICT DO NOTHING;
        INSERT INTO orleans_membership (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, started_at, alive_at)
        VALUES ('xchat', '10.0.0.1', 11111, 1, 'a', 'a', 3, 30000, now(), now())
        """;

    /// <summary>A deposit that was settled and booked, as its row is then.</summary>
    private const string Deposit = """
        INSERT INTO rail_payment (payment_id, rail, user_id, kind, currency, amount, destination, order_hash, created_at, stage, reference, instruction,
            failure, returned, ledger, refusal, reversed, owed, contradicted, version, changed_at, due_at)
        VALUES (gen_random_uuid(), 'stripe', gen_random_uuid(), 1, 'EUR', 100, '', sha256(''), now(), 3, '{reference}', '', '', 0, 2, 0, 0, 0, false, 1,
            now() - interval '{age}', now() + interval '1 hour');
        """;

    private TestDatabase _database = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        await WriteAsync(Silo);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("", "0 s", null, null)]
    [InlineData("UPDATE rail_payment SET due_at = now() - interval '1 hour'", "0 s", "should have been looked after", "See that silos run")]
    [InlineData("UPDATE rail_payment SET contradicted = true", "0 s", "what cannot be true", "xchat-admin rails reconcile, decide")]
    [InlineData("", "3 days", "no statement of a whole day was ever read", "xchat-admin rails reconcile every day")]
    [InlineData(
        "INSERT INTO rail_statement VALUES ('stripe', (now() AT TIME ZONE 'UTC')::date - 1, 'EUR', 0, 0, true, now())", "3 days", null, null)]
    [InlineData(
        "INSERT INTO rail_statement VALUES ('stripe', (now() AT TIME ZONE 'UTC')::date - 9, 'EUR', 0, 0, true, now())", "3 days",
        "the last statement read is of", "xchat-admin rails reconcile every day")]
    public async Task What_nobody_looks_after_is_a_problem_with_a_fix(string damage, string age, string? found, string? fix)
    {
        await WriteAsync(Deposit.Replace("{age}", age, StringComparison.Ordinal) + damage);

        Finding[] problems = [.. (await ExamineAsync(Patient(null), quick: true)).Where(finding => finding.Level == FindingLevel.Problem)];

        if (found is null)
        {
            Assert.Empty(problems);
            return;
        }

        Finding problem = Assert.Single(problems);
        Assert.Contains(found, problem.Text, StringComparison.Ordinal);
        Assert.Contains(fix!, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rail_is_asked_whether_it_answers_and_its_statements_are_held_against_the_books()
    {
        ScriptedRail rail = new();
        await using WalletCluster cluster = await StartAsync(rail);
        TestPayer alice = await TestPayer.CreateAsync(cluster);
        Guid payment = Guid.NewGuid();
        await cluster.Grains.RailPayment(payment).Deposit(new DepositOverRail(alice.Caller, ScriptedRail.Name, WalletCluster.Euro, 50_00));
        await cluster.Grains.RailPayment(payment).Observe(rail.Do(payment, RailStage.Settled));
        Patient patient = Patient(_ => Task.FromResult(cluster.Grains));

        Assert.Equal(
            ["scripted: looked after.", "scripted answers; its money is play money.", "Books and statements of the days that are over say the same."],
            (await ExamineAsync(patient, quick: false)).Select(finding => finding.Text));

        rail.Away = true;
        Assert.Contains(await ExamineAsync(patient, quick: true), Problem("scripted does not answer", "rail's own status page"));

        rail.Away = false;
        rail.Statement = [new RailStatementLine("1", payment, WalletCluster.Euro, 49_00)];
        _ = await cluster.Grains.RailDirectory().Reconcile(new ReconcileRail(ScriptedRail.Name));
        await WriteAsync("UPDATE rail_statement SET final = true; UPDATE rail_payment SET changed_at = changed_at - interval '2 days'");
        Assert.Contains(await ExamineAsync(patient, quick: false), Problem("differ in 1 payments", "xchat-admin rails reconcile"));
    }

    [Theory]
    [InlineData("sim", "x")]
    [InlineData("stripe", "cs_test_a1")]
    public async Task Play_money_in_wallets_that_real_money_can_be_paid_out_of_is_a_problem(string rail, string reference)
    {
        await using WalletCluster cluster = await StartAsync(new ScriptedRail { PlayMoney = false });
        Patient patient = Patient(_ => Task.FromResult(cluster.Grains));
        await WriteAsync(DepositOf("stripe", "cs_live_a1"));
        Assert.DoesNotContain(await ExamineAsync(patient, quick: true), finding => finding.Level == FindingLevel.Problem);

        await WriteAsync(DepositOf(rail, reference));

        Assert.Contains(await ExamineAsync(patient, quick: true), Problem($"Wallets hold play money ({rail})", "at once"));
    }

    [Fact]
    public async Task People_under_the_rules_of_a_jurisdiction_with_play_money_alone_are_worth_advice()
    {
        await using WalletCluster cluster = await StartAsync(new ScriptedRail());
        Patient patient = Patient(_ => Task.FromResult(cluster.Grains));
        Assert.DoesNotContain(await ExamineAsync(patient, quick: true), finding => finding.Level == FindingLevel.Advice);

        await WriteAsync("INSERT INTO wallet_holder (user_id, jurisdiction, tier, blocked, version) VALUES (gen_random_uuid(), 'AT', 'full', false, 1)");

        Finding advice = Assert.Single(await ExamineAsync(patient, quick: true), finding => finding.Level == FindingLevel.Advice);
        Assert.Contains("jurisdiction", advice.Text, StringComparison.Ordinal);
        Assert.Contains("live key", advice.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silos_that_cannot_be_reached_are_worth_advice()
    {
        Patient patient = Patient(_ => throw new AdminException("No silo answers."));

        Finding finding = Assert.Single(await ExamineAsync(patient, quick: true), finding => finding.Fix.Length > 0);

        Assert.Equal((FindingLevel.Advice, "The silos could not be asked about their rails: No silo answers."), (finding.Level, finding.Text));
    }

    private static string DepositOf(string rail, string reference) => Deposit.Replace("'stripe'", $"'{rail}'", StringComparison.Ordinal)
        .Replace("{reference}", reference, StringComparison.Ordinal).Replace("{age}", "0 s", StringComparison.Ordinal);

    private static Predicate<Finding> Problem(string text, string fix) => finding => finding.Level == FindingLevel.Problem
        && finding.Text.Contains(text, StringComparison.Ordinal) && finding.Fix.Contains(fix, StringComparison.Ordinal);

    /// <summary>What is found about rails.</summary>
    private static async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, bool quick) =>
        [.. (await DoctorCommand.ExamineAsync(patient, quick, Cancelled)).Where(finding => finding.Check == "rails")];

    private Task<WalletCluster> StartAsync(ScriptedRail rail) => WalletCluster.StartAsync(services =>
        services.AddSingleton(_database.DataSource).AddWalletStorage().AddRailStorage().AddScriptedRail(rail));

    private Patient Patient(Func<CancellationToken, Task<IGrainFactory>>? connect) => new(
        _database.DataSource, "xchat", Address: null, RealmConfiguration: null, [], LeastFreeBytes: 1, TimeProvider.System, connect);

    private async Task WriteAsync(string sql)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(sql);
        _ = await command.ExecuteNonQueryAsync(Cancelled);
    }
}
