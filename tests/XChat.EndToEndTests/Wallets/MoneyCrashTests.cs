using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Wallets;
using XChat.EndToEndTests.Client;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;
using XChat.Testing.Wallets;

namespace XChat.EndToEndTests.Wallets;

/// <summary>
/// A silo that is killed at a chosen point in the middle of a payment. The database holds one statement up, by a trigger that waits for a lock of the
/// test, so that what comes before it is durable and what comes after it has not begun.
/// </summary>
public sealed class MoneyCrashTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const long Lock = 4711;

    private static readonly TimeSpan Patience = TestProcess.Patience;

    private static readonly Dictionary<string, string?> Settings = new(ProcessCluster.ManyClients)
    {
        ["XChat__RedPackets__SettleAfter"] = "00:00:02",
        ["XChat__RedPackets__SweepPause"] = "00:00:01",
        ["XChat__RedPackets__SweepLease"] = "00:00:02",
    };

    private readonly People _people = new();
    private TestDatabase _database = null!;
    private ProcessCluster _cluster = null!;
    private XChatClient _alice = null!;
    private XChatClient _bob = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _cluster = await ProcessCluster.StartAsync(_database.ConnectionString, silos: 1, frontends: 1, Cancelled, Settings);
        _alice = await _people.JoinAsync(_cluster.Frontends[0].Address, "alice", Cancelled);
        _bob = await _people.JoinAsync(_cluster.Frontends[0].Address, "bob", Cancelled);
        await using WalletCluster rail = await WalletCluster.StartAsync(services => services.AddSingleton(_database.DataSource).AddWalletStorage());
        await rail.FundAsync(new UserId(_alice.RequireSelf().User), 100_00);
    }

    public async ValueTask DisposeAsync()
    {
        await _people.DisposeAsync();
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>The card's append is lost with the silo, or it goes through and nobody hears of it: the outbox still has the payment in both cases.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_between_a_payment_and_its_card_the_card_appears_once(bool appended)
    {
        Guid conversation = await _alice.OpenDirectAsync(_bob.RequireSelf().Handle, Cancelled);
        await _alice.SendAsync(conversation, "lunch?", Cancelled);
        await People.ExpectAsync(_bob, conversation, ["lunch?"], Cancelled);
        await HoldUpAsync("conversation_entry", "NEW.kind = 10");
        await using NpgsqlConnection holder = await HoldAsync();

        PaymentOutcome paid = await _alice.PayAsync(
            new PaymentDraft(_bob.RequireSelf().User, new Money(12_34, WalletCluster.Euro)) { Conversation = conversation, Memo = "lunch" }, Cancelled);
        await KillWhileHeldUpAsync(holder, goesThrough: appended);

        await _cluster.AddSiloAsync(Cancelled);
        Assert.True(paid.Accepted);
        await Eventually.HoldsAsync(async () => await CountAsync("ledger_outbox") == 0, Cancelled, Patience);
        Assert.Equal(1, await CountAsync($"conversation_entry WHERE kind = 10 AND target = '{paid.Transfer}'"));
        await Eventually.HoldsAsync(async () => await CardsAsync(_bob, conversation) == 1, Cancelled, Patience);
        await ExpectInOrderAsync(12_34);
    }

    /// <summary>The share's transfer is lost with the silo, or it goes through and nobody hears of it: the sweep asks for the very same one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_between_a_share_and_its_transfer_the_share_is_paid_once(bool transferred)
    {
        Guid group = await _alice.CreateGroupAsync("Trip", [_bob.RequireSelf().Handle], Cancelled);
        await People.ExpectStageAsync(_bob, group, ConversationStage.Joined, Cancelled);
        Money ten = new(10_00, WalletCluster.Euro);
        Guid packet = await _alice.SendRedPacketAsync(group, ten, 2, RedPacketMode.Equal, "Cheers", cancellationToken: Cancelled);
        await HoldUpAsync("ledger_transfer", $"NEW.reason = {(int)TransferReason.RedPacketClaimed}");
        await using NpgsqlConnection holder = await HoldAsync();

        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task<(Money Share, bool OpenedBefore)> opening = _bob.OpenRedPacketAsync(packet, gone.Token);
        await KillWhileHeldUpAsync(holder, goesThrough: transferred);
        Assert.Equal(1, await CountAsync($"red_packet_claim WHERE packet_id = '{packet}'"));

        await _cluster.AddSiloAsync(Cancelled);
        await Eventually.HoldsAsync(
            async () => await CountAsync($"ledger_transfer WHERE reason = {(int)TransferReason.RedPacketClaimed}") == 1, Cancelled, Patience);
        await gone.CancelAsync();
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        (Money Share, bool OpenedBefore)? again = await Eventually.GetAsync(() => TryOpenAsync(packet), opened => opened is not null, Cancelled, Patience);
        Assert.Equal((new Money(5_00, WalletCluster.Euro), true), again);
        await ExpectInOrderAsync(5_00);
    }

    private static async Task<int> CardsAsync(XChatClient person, Guid conversation) =>
        (await person.ReadAsync(conversation, 0, 100, Cancelled)).Count(line => line.Kind == MessageKind.Payment);

    /// <summary>What a person does who is told that the server cannot answer now: opens it again.</summary>
    private async Task<(Money Share, bool OpenedBefore)?> TryOpenAsync(Guid packet)
    {
        try
        {
            return await _bob.OpenRedPacketAsync(packet, Cancelled);
        }
        catch (XChatException unknown) when (unknown.Reason == ClientErrorReason.ServerUnreachable)
        {
            return null;
        }
    }

    /// <summary>Rows of a table that a condition is true of wait, before they are inserted, for as long as the test holds the lock.</summary>
    private async Task HoldUpAsync(string table, string when)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(
            $"""
            CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Lock}); RETURN NEW; END $$;
            CREATE TRIGGER hold_up BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION hold_up();
            """);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private async Task<NpgsqlConnection> HoldAsync()
    {
        NpgsqlConnection holder = await _database.DataSource.OpenConnectionAsync(Cancelled);
        await RunAsync(holder, $"SELECT pg_advisory_lock({Lock})");
        return holder;
    }

    /// <summary>
    /// Waits until the statement is held up, and kills the silo. Then the statement goes through though nobody waits for it any more, or its connection
    /// is ended, as that of a dead machine is.
    /// </summary>
    private async Task KillWhileHeldUpAsync(NpgsqlConnection holder, bool goesThrough)
    {
        const string HeldUp = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'";

        await Eventually.HoldsAsync(async () => await RunAsync(holder, $"SELECT count(*) {HeldUp}") > 0, Cancelled, Patience);
        _cluster.Silos[^1].Process.Kill();
        await _cluster.Silos[^1].Process.WaitForExitAsync(Cancelled);
        if (!goesThrough)
        {
            await RunAsync(holder, $"SELECT count(pg_terminate_backend(pid)) {HeldUp}");
            await Eventually.HoldsAsync(async () => await RunAsync(holder, $"SELECT count(*) {HeldUp}") == 0, Cancelled, Patience);
        }

        await RunAsync(holder, $"SELECT count(pg_advisory_unlock({Lock}))");
    }

    private static async Task<long> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled) as long? ?? 0;
    }

    private async Task<long> CountAsync(string rows)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand($"SELECT count(*) FROM {rows}");
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    /// <summary>Bob has what he was paid, once, and the whole ledger is in order.</summary>
    private async Task ExpectInOrderAsync(long bobHas)
    {
        WalletView wallet = Assert.Single(await _bob.BalancesAsync(Cancelled));
        Assert.Equal(Amount.Of(bobHas, WalletCluster.Euro), wallet.Available);
        LedgerVerification found = await new LedgerVerifier(_database.DataSource).RunAsync(Cancelled);
        Assert.Empty(found.Violations.SelectMany(violation => violation.Rows.Prepend(violation.Check)));
    }
}
