using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The verifier over red packets, split bills and what is told of payments: a past as silos wrote it, and each way of tampering with it.</summary>
public sealed class RedPacketVerifyTests(PostgresFixture postgres) : ChatPaymentContract
{
    private TestDatabase _database = null!;

    [Fact]
    public async Task What_silos_wrote_is_in_order()
    {
        await WriteHistoryAsync();

        Assert.Empty(await VerifyAsync());
    }

    [Theory]
    [InlineData("UPDATE red_packet_claim SET amount = amount + 1 WHERE position = 1", "red-packet-shares", "red-packet-money")]
    [InlineData("UPDATE red_packet SET refund = refund - 1 WHERE refund > 1", "red-packet-shares", "red-packet-money")]
    [InlineData("UPDATE red_packet SET claims = 1 WHERE claims = 2", "red-packet-shares")]
    [InlineData("DELETE FROM red_packet_claim WHERE position = 1", "red-packet-shares", "red-packet-money")]
    [InlineData("UPDATE red_packet_claim AS c SET user_id = o.user_id FROM red_packet_claim AS o"
        + " WHERE o.packet_id = c.packet_id AND o.position = 2 AND c.position = 1", "red-packet-persons", "red-packet-money")]
    [InlineData("UPDATE red_packet_claim SET claimed_at = claimed_at - interval '2 days'; UPDATE ledger_account SET debits_posted = 1 WHERE kind = 2",
        "red-packet-unpaid", "counters")]
    [InlineData("UPDATE ledger_transfer SET amount = amount + 1 WHERE reason = 5", "red-packet-money", "chain")]
    [InlineData("UPDATE ledger_transfer SET reason = 5 WHERE reason = 6", "red-packet-money", "chain")]
    [InlineData("UPDATE payment_request_share SET amount = amount + 1 WHERE state = 1", "request-shares")]
    [InlineData("UPDATE payment_request_share SET transfer_id = gen_random_uuid() WHERE state = 3", "request-shares")]
    [InlineData("UPDATE ledger_transfer SET created_at = created_at - interval '2 days';"
        + " INSERT INTO ledger_outbox (due_at, transfer_id, debit_account, currency)"
        + " SELECT now(), transfer_id, debit_account, 'EUR' FROM ledger_transfer WHERE reason = 6", "untold")]
    [InlineData("INSERT INTO conversation_entry (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, target, payload)"
        + " SELECT gen_random_uuid(), 1, 10, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 0, now(), transfer_id, ''"
        + " FROM ledger_transfer, generate_series(1, 2) WHERE reason = 6", "card-twice", "card-without-payment")]
    public async Task Tampering_is_named(string tampering, params string[] checks)
    {
        await WriteHistoryAsync();
        await TamperAsync(tampering);

        IReadOnlyList<string> violations = await VerifyAsync();

        Assert.All(checks, check => Assert.Contains(check, violations));
    }

    protected override async Task<WalletCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await WalletCluster.StartAsync(services =>
            services.AddSingleton(_database.DataSource).AddWalletStorage().AddChatPaymentStorage().AddScriptedChatPayments(Roster));
    }

    protected override ValueTask StopAsync() => _database.DisposeAsync();

    /// <summary>Two packets, of which one ends with a rest, and a bill of which one share is paid.</summary>
    private async Task WriteHistoryAsync()
    {
        TestPayer[] people = await PeopleAsync(3);
        RedPacketOrder taken = OrderOf(people[0], 10_00, 2, RedPacketMode.Lucky);
        RedPacketOrder rest = OrderOf(people[0], 9_00, 3, RedPacketMode.Equal);
        foreach (RedPacketOrder order in new[] { taken, rest })
        {
            Assert.Equal(RedPacketStatus.Accepted, (await CreateAsync(people[0], order)).Status);
            Assert.Equal(RedPacketStatus.Accepted, (await OpenAsync(people[1], order)).Status);
        }

        Assert.Equal(RedPacketStatus.Accepted, (await OpenAsync(people[2], taken)).Status);
        Guid bill = Guid.CreateVersion7();
        await Cluster.Grains.PaymentRequest(bill).Create(new RequestPayment(
            people[2].Caller, Group, true, WalletCluster.Euro, 3_00, [.. people.Select(person => new ShareAsked(person.User, 1_00))]));
        RequestPaid paid = await Cluster.Grains.PaymentRequest(bill).Pay(
            people[0].Sign(people[0].Order(people[2], 1_00) with { Reference = bill, Reason = TransferReason.SplitShare }));
        Assert.Equal(PaymentRequestStatus.Accepted, paid.Status);

        Cluster.Time.Advance(TimeSpan.FromSeconds(Limits.RedPacketSeconds) + TimeSpan.FromSeconds(1));
        long left = 100_00 - 10_00 - 3_00 - 1_00;
        await Eventually.HoldsAsync(async () => await people[0].AvailableAsync() == left, Cancelled);
        await Eventually.HoldsAsync(async () => await ReadAsync("SELECT count(*) FROM ledger_outbox") == 0, Cancelled);
    }

    private async Task<IReadOnlyList<string>> VerifyAsync() =>
        [.. (await new LedgerVerifier(_database.DataSource).RunAsync(Cancelled)).Violations.Select(violation => violation.Check)];

    private async Task<long> ReadAsync(string sql)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    /// <summary>Gets past the walls as an administrator could.</summary>
    private async Task TamperAsync(string tampering)
    {
        // They would go on with what they find, and tell at once what the outbox is given.
        await Cluster.StopAsync();
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(
            $"""
            ALTER TABLE ledger_transfer DISABLE TRIGGER ALL;
            ALTER TABLE payment_request_share DISABLE TRIGGER ALL;
            ALTER TABLE red_packet
                DROP CONSTRAINT red_packet_total, DROP CONSTRAINT red_packet_last_takes_rest, DROP CONSTRAINT red_packet_each_share;
            ALTER TABLE red_packet_claim DROP CONSTRAINT red_packet_claim_person;
            DROP INDEX conversation_entry_payment;
            {tampering}
            """);
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync(Cancelled));
    }
}
