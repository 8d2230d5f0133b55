using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Storage.Wallets.Verification;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>One transaction for commands of every kind: each row has what its own command says, and nothing of those beside it.</summary>
public sealed class LedgerBatchTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly Currency Dollar = new("USD");

    private readonly FreshNews _news = new(TimeProvider.System);
    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;
    private FaultyLedger _ledger = null!;
    private LedgerCommitter _committer = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _services = new ServiceCollection().AddMetrics().AddSingleton<WalletMetrics>().AddSingleton(_database.DataSource).AddWalletStorage()
            .BuildServiceProvider();
        _ledger = new FaultyLedger(_services.GetRequiredService<IWalletLedger>());
        _committer = new LedgerCommitter(
            _ledger, _news, Options.Create(new WalletOptions { Lanes = 1 }), _services.GetRequiredService<WalletMetrics>(), TimeProvider.System,
            NullLogger<LedgerCommitter>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _committer.DisposeAsync();
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_of_every_kind_keeps_what_belongs_to_each()
    {
        WalletKey dollarRail = WalletCluster.Rail with { Currency = Dollar };
        WalletKey[] person = [.. Enumerable.Range(0, 4).Select(_ => WalletKey.Of(UserId.New(), WalletCluster.Euro))];
        (WalletKey alice, WalletKey bob, WalletKey broke) = (person[0], person[1], person[2]);
        (WalletKey escrow, WalletKey dave) = (person[3] with { Kind = WalletKind.Escrow }, person[3] with { Currency = Dollar });
        PaymentCard card = new(Guid.NewGuid(), DeviceId.New(), [1, 2, 3]);
        Guid reference = Guid.NewGuid();
        TransferCommand waiting = Move(bob, 3_00) with { AcceptanceMs = 60_000 };
        foreach ((WalletKey wallet, TransferCommand command) in ((WalletKey, TransferCommand)[])
            [(WalletCluster.Rail, Move(alice, 50_00)), (WalletCluster.Rail, Move(bob, 50_00)), (alice, waiting)])
        {
            Assert.Equal(ChunkOutcome.Committed, await (await QueueAsync(wallet, command)).Outcome);
        }

        TransferCommand shown = Move(alice, 1_00) with { Card = card };
        ResolveCommand post = new(TransferId.New(), bob.Owner, new byte[32], waiting.Id, PendingResolution.Post, 0);
        TransferCommand dollars = Move(dave, 7_00, reference);
        TransferCommand unheard = Move(escrow, 4_00);
        TransferCommand refused = Move(alice, 9_00);
        await CommitTogetherAsync((bob, shown), (alice, post), (dollarRail, dollars), (WalletCluster.Rail, unheard), (broke, refused));

        Assert.Equal(
            [
                new(shown.Id, bob.ToAccountId(), alice.ToAccountId(), "EUR", 1_00, null, null, null, card.Conversation),
                new(post.Id, alice.ToAccountId(), bob.ToAccountId(), "EUR", 3_00, waiting.Id.Value, 3_00, null, null),
                new(dollars.Id, dollarRail.ToAccountId(), dave.ToAccountId(), "USD", 7_00, null, null, reference, null),
                new(unheard.Id, WalletCluster.Rail.ToAccountId(), escrow.ToAccountId(), "EUR", 4_00, null, null, null, null),
            ],
            await ReadAsync(shown.Id, post.Id, dollars.Id, unheard.Id));
        Assert.Equal(WalletStatus.InsufficientFunds, (await _ledger.FindCommandAsync(refused.Id, Cancelled))!.Outcome);
        Assert.Empty((await new LedgerVerifier(_database.DataSource).RunAsync(Cancelled)).Violations);
        await AssertToldAsync(
            (shown.Id, "EUR", bob.Owner, alice.Owner, card), (waiting.Id, "EUR", alice.Owner, bob.Owner, null), (dollars.Id, "USD", null, dave.Owner, null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public async Task A_hash_that_is_none_is_not_filled_up_but_keeps_its_command_out(int length)
    {
        TransferCommand command = Move(WalletKey.Of(UserId.New(), WalletCluster.Euro), 1) with { PayloadHash = new byte[length] };

        Assert.Equal(ChunkOutcome.Unknown, await (await QueueAsync(WalletCluster.Rail, command)).Outcome);
        Assert.Null(await _ledger.FindCommandAsync(command.Id, Cancelled));
    }

    private static TransferCommand Move(WalletKey to, long minorUnits, Guid reference = default)
    {
        TransferId id = TransferId.New();
        TransferLeg leg = new(id, to, minorUnits, TransferReason.Payment, 0, reference);
        return new TransferCommand(id, Guid.Empty, new byte[32], [leg]);
    }

    /// <summary>Decides a command on what the ledger has of the wallet, and queues it.</summary>
    private async Task<LedgerChunk> QueueAsync(WalletKey wallet, WalletCommand command)
    {
        WalletState state = new(await _ledger.LoadAsync(wallet, Cancelled));
        WalletDecision decision = command switch
        {
            TransferCommand transfer => WalletRules.Decide(state, transfer, PaymentTerms.None, NowMs),
            ResolveCommand resolve => WalletRules.Decide(state, resolve, PaymentTerms.None, NowMs),
            _ => throw new ArgumentException("A command of no known kind.", nameof(command)),
        };
        return _committer.TryAdd(null, state, new CommitFence(), decision.Command!)!;
    }

    /// <summary>While the lane is busy with one command, those that come behind it wait for the same batch.</summary>
    private async Task CommitTogetherAsync(params (WalletKey Wallet, WalletCommand Command)[] commands)
    {
        int before = _ledger.Faults.Batches.Count;
        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _ledger.Faults.Gate = opened.Task;
        LedgerChunk busy = await QueueAsync(WalletCluster.Rail with { Owner = Guid.NewGuid() }, Move(WalletKey.Of(UserId.New(), WalletCluster.Euro), 1));
        await Testing.Eventually.HoldsAsync(() => _ledger.Faults.Batches.Count == before + 1, Cancelled);
        LedgerChunk[] chunks = await Task.WhenAll(commands.Select(command => QueueAsync(command.Wallet, command.Command)));
        opened.SetResult();
        Assert.All(await Task.WhenAll(chunks.Append(busy).Select(chunk => chunk.Outcome)), outcome => Assert.Equal(ChunkOutcome.Committed, outcome));
        Assert.Equal([1, commands.Length], _ledger.Faults.Batches.Skip(before));
    }

    private async Task<List<Row>> ReadAsync(params TransferId[] ids)
    {
        await using NpgsqlCommand select = _database.DataSource.CreateCommand("""
            SELECT t.transfer_id, t.debit_account, t.credit_account, t.currency, t.amount, t.pending_id, t.reserved, t.reference, t.conversation_id
            FROM ledger_transfer AS t WHERE t.transfer_id = ANY ($1) ORDER BY array_position($1, t.transfer_id)
            """);
        select.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. ids.Select(id => id.Value)] });
        List<Row> rows = [];
        await using NpgsqlDataReader reader = await select.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
        {
            rows.Add(new Row(
                new TransferId(reader.GetGuid(0)), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt64(4),
                reader.GetFieldValue<Guid?>(5), reader.GetFieldValue<long?>(6), reader.GetFieldValue<Guid?>(7), reader.GetFieldValue<Guid?>(8)));
        }

        return rows;
    }

    /// <summary>What is in memory to be told is what lies in the outbox, and where it lies.</summary>
    private async Task AssertToldAsync(params (TransferId Transfer, string Currency, Guid? Payer, Guid? Payee, PaymentCard? Card)[] wanted)
    {
        IReadOnlyList<OutboxRow> news = await _news.TakeAsync(100, Cancelled);
        foreach ((TransferId transfer, string currency, Guid? payer, Guid? payee, PaymentCard? card) in wanted)
        {
            OutboxRow told = news.Last(row => row.Transfer == transfer);
            Assert.Equal((currency, payer, payee, card), (told.Currency.Code, told.Payer?.Value, told.Payee?.Value, told.Card));
            await using NpgsqlCommand select = _database.DataSource.CreateCommand("""
                SELECT (currency, debit_user, credit_user, conversation_id, sender_device, encode(card, 'hex'))
                    IS NOT DISTINCT FROM ($2, $3, $4, $5, $6, $7)
                FROM ledger_outbox WHERE transfer_id = $1 ORDER BY position DESC LIMIT 1
                """);
            select.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = transfer.Value });
            select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = currency });
            foreach (Guid? id in (Guid?[])[payer, payee, card?.Conversation, card?.Device.Value])
            {
                select.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = id, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
            }

            select.Parameters.Add(new NpgsqlParameter<string?>
            {
                TypedValue = card is null ? null : Convert.ToHexStringLower(card.Payload),
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text,
            });
            Assert.True((bool)(await select.ExecuteScalarAsync(Cancelled))!, $"The outbox has something else of {transfer}.");
        }

        await new PostgresLedgerOutbox(_database.DataSource).SettleAsync(news, [.. news.Select(_ => true)], TimeSpan.Zero, Cancelled);
        await using NpgsqlCommand left = _database.DataSource.CreateCommand("SELECT count(*) FROM ledger_outbox");
        Assert.Equal(0L, await left.ExecuteScalarAsync(Cancelled));
    }

    private sealed record Row(
        TransferId Id, Guid Debit, Guid Credit, string Currency, long Amount, Guid? Pending, long? Reserved, Guid? Reference, Guid? Conversation);
}
