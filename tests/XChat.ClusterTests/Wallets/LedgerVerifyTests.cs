using System.CommandLine;
using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.Admin;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary><c>xchat-admin ledger verify</c> on a real ledger with a past, as it is and after each way of tampering with it.</summary>
public sealed class LedgerVerifyTests(PostgresFixture postgres) : IAsyncLifetime
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
        TestPayer[] people = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TestPayer.CreateAsync(cluster, 100)));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(index => people[index % 5].PayAsync(people[(index + 1 + (index % 3)) % 5], 1 + (index % 7))));
        TransferId[] waiting = [.. Enumerable.Range(0, 4).Select(_ => TransferId.New())];
        foreach (TransferId id in waiting)
        {
            await people[0].PayAsync(people[1], 2, PaymentKind.WithAcceptance, id);
        }

        await people[1].ResolveAsync(people[0], waiting[0], PendingResolution.Post);
        await people[1].ResolveAsync(people[0], waiting[1], PendingResolution.Void);
        await people[0].ResolveAsync(people[0], waiting[2], PendingResolution.Void);
        await people[2].PayAsync(people[3], 10_000);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_ledger_that_silos_wrote_is_in_order()
    {
        Assert.Equal(0, await RunAsync("ledger", "verify", "--json"));

        using JsonDocument answer = JsonDocument.Parse(_output.ToString());
        Assert.Equal((6, 72, 73), (
            answer.RootElement.GetProperty("accounts").GetInt64(),
            answer.RootElement.GetProperty("transfers").GetInt64(),
            answer.RootElement.GetProperty("commands").GetInt64()));
        Assert.Equal(0, answer.RootElement.GetProperty("violations").GetArrayLength());
    }

    [Theory]
    [InlineData("UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE kind = 1", "totals", "counters")]
    [InlineData("UPDATE ledger_account SET frozen = frozen, entries = entries + 1 WHERE kind = 5", "counters")]
    [InlineData("UPDATE ledger_transfer SET amount = amount + 1 WHERE seq = 3", "chain", "counters")]
    [InlineData("UPDATE ledger_transfer SET created_at = created_at - interval '1 day' WHERE seq = 5", "chain")]
    [InlineData("UPDATE ledger_transfer SET reason = 12 WHERE seq = 4", "chain", "gone-back")]
    [InlineData(
        "UPDATE ledger_transfer SET reason = 20, reference = (SELECT min(transfer_id::text)::uuid FROM ledger_transfer WHERE amount = 1) WHERE seq > 3",
        "chain", "gone-back")]
    [InlineData(
        "UPDATE ledger_transfer SET reason = 21, reference = (SELECT min(transfer_id::text)::uuid FROM ledger_transfer WHERE amount = 7) WHERE seq = 3",
        "chain", "gone-back")]
    [InlineData("UPDATE ledger_transfer SET reference = gen_random_uuid() WHERE seq = (SELECT max(seq) FROM ledger_transfer)", "chain")]
    [InlineData("DELETE FROM ledger_transfer WHERE seq = 2", "chain", "counters", "entries", "commands")]
    [InlineData("DELETE FROM ledger_transfer WHERE pending_id IS NOT NULL AND kind = 3", "open-pending")]
    [InlineData("UPDATE ledger_transfer SET debit_balance = 7 WHERE seq = 3", "entries")]
    [InlineData("UPDATE ledger_transfer SET currency = 'USD' WHERE seq = 3", "chain", "currencies")]
    [InlineData("DELETE FROM ledger_command WHERE outcome = 1 AND seq = 2", "commands")]
    [InlineData("UPDATE ledger_command SET transfers = 2 WHERE outcome = 1 AND seq = 2", "commands")]
    [InlineData("DELETE FROM ledger_pending", "open-pending")]
    [InlineData("UPDATE ledger_pending SET expires_at = now() - interval '2 hours'", "open-pending", "overdue-pending")]
    [InlineData("UPDATE ledger_account SET kind = 3 WHERE kind = 5", "funds", "account-id")]
    [InlineData("UPDATE ledger_transfer SET pending_id = transfer_id WHERE pending_id IS NOT NULL AND kind = 3", "resolutions", "chain")]
    public async Task Tampering_is_named_and_fails(string tampering, params string[] checks)
    {
        await TamperAsync(tampering);

        Assert.Equal(2, await RunAsync("ledger", "verify"));
        Assert.All(checks, check => Assert.Contains($"LEDGER BROKEN: {check} (", _output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_payment_that_no_conversation_shows_and_a_card_without_a_payment_are_found()
    {
        await TamperAsync(
            """
            INSERT INTO conversation (conversation_id, type, group_id, epoch) VALUES ('019a0000-0000-7000-8000-00000000000a', 1, gen_random_uuid(), 0);
            INSERT INTO conversation_entry (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, target, payload)
            VALUES ('019a0000-0000-7000-8000-00000000000a', 1, 10, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 0,
                now() - interval '1 day', gen_random_uuid(), '');
            INSERT INTO conversation_member (conversation_id, user_id, role, first_seq, delivered_seq, read_seq, device_list_version)
            SELECT '019a0000-0000-7000-8000-00000000000a', owner_id, 1, 1, 0, 0, 1 FROM ledger_account WHERE kind = 1;
            DELETE FROM ledger_outbox;
            UPDATE ledger_transfer SET conversation_id = '019a0000-0000-7000-8000-00000000000a' WHERE seq = 3;
            """);

        Assert.Equal(2, await RunAsync("ledger", "verify"));
        Assert.Contains("LEDGER BROKEN: card-without-payment (1)", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("LEDGER BROKEN: payment-without-card (5)", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checks_of_other_domains_run_in_the_same_snapshot()
    {
        LedgerVerification found = await new LedgerVerifier(
            _database.DataSource, new QueryCheck("always", "Never.", "SELECT transaction_timestamp()::text WHERE pg_current_xact_id_if_assigned() IS NULL"))
            .RunAsync(Cancelled);

        Assert.Equal("always", Assert.Single(found.Violations).Check);
    }

    /// <summary>Gets past the walls as an administrator could.</summary>
    private async Task TamperAsync(string tampering)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(
            $"""
            ALTER TABLE ledger_transfer DISABLE TRIGGER ALL;
            ALTER TABLE ledger_command DISABLE TRIGGER ALL;
            ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_funds;
            ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_key;
            {tampering}
            """);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private Task<int> RunAsync(params string[] args) => AdminCommandLine.Create()
        .Parse([.. args, "--postgres", _database.ConnectionString])
        .InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error }, Cancelled);
}
