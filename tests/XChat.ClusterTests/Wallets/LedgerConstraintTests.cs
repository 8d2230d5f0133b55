using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What the database refuses by itself, whoever writes: the rules of the grain are its rules too.</summary>
public sealed class LedgerConstraintTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private WalletCluster _cluster = null!;
    private TestPayer _alice = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        _cluster = await WalletCluster.StartAsync(services => services.AddSingleton(_database.DataSource).AddWalletStorage());
        _alice = await TestPayer.CreateAsync(_cluster, 10_00);
        TestPayer bob = await TestPayer.CreateAsync(_cluster);
        await _alice.PayAsync(bob, 4_00, PaymentKind.WithAcceptance);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("UPDATE ledger_transfer SET amount = 1")]
    [InlineData("DELETE FROM ledger_transfer")]
    [InlineData("TRUNCATE ledger_transfer")]
    [InlineData("UPDATE ledger_command SET outcome = 1")]
    [InlineData("DELETE FROM ledger_command WHERE false")]
    public async Task Transfers_and_commands_are_changed_by_nobody_not_even_their_owner(string sql)
    {
        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(sql));

        Assert.Equal(PostgresErrorCodes.RestrictViolation, refusal.SqlState);
    }

    [Theory]
    [InlineData("UPDATE ledger_transfer SET amount = 1")]
    [InlineData("DELETE FROM ledger_transfer")]
    [InlineData("DELETE FROM ledger_command")]
    [InlineData("DELETE FROM ledger_account")]
    [InlineData("ALTER TABLE ledger_transfer DISABLE TRIGGER ALL")]
    [InlineData("DROP TRIGGER ledger_transfer_immutable ON ledger_transfer")]
    [InlineData("SELECT * FROM account")]
    public async Task The_role_that_writes_the_ledger_may_only_add_to_it(string sql)
    {
        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync("SET ROLE xchat_ledger", sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Silos_write_as_that_role()
    {
        await _cluster.FundAsync(_alice.User, 1);

        // Without its right to insert, no silo can pay any more.
        await RunAsync("REVOKE INSERT ON ledger_transfer FROM xchat_ledger");
        await Assert.ThrowsAsync<GrainInterfaces.StorageUnavailableException>(() => _cluster.FundAsync(_alice.User, 1));
    }

    [Theory]
    [InlineData("debits_posted = credits_posted + 1", "ledger_account_funds")]
    [InlineData("debits_pending = credits_posted + 1", "ledger_account_funds")]
    [InlineData("credits_posted = -1", "")]
    [InlineData("entries = seq - 1", "")]
    [InlineData("currency = 'EURO'", "")]
    public async Task No_account_goes_where_the_rules_do_not_let_it(string change, string constraint)
    {
        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync($"UPDATE ledger_account SET {change} WHERE kind = 1"));

        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
        Assert.Contains(constraint, refusal.ConstraintName ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amount", "0")]
    [InlineData("amount", "-1")]
    [InlineData("credit_account", "debit_account")]
    [InlineData("seq", "0")]
    [InlineData("kind", "6")]
    [InlineData("pending_id", "gen_random_uuid()")]
    [InlineData("prev_hash", "'x'")]
    [InlineData("seq", "seq")]
    [InlineData("transfer_id", "transfer_id")]
    public async Task No_transfer_is_added_that_could_not_be(string column, string value)
    {
        // A copy of a good row at a free place under a free id, with one thing wrong.
        string[] columns =
        [
            "debit_account", "seq", "transfer_id", "command_id", "kind", "reason", "credit_account", "currency", "amount", "pending_id", "reserved",
            "expires_at", "created_at", "prev_hash", "debit_entry", "debit_balance", "credit_entry", "credit_seq", "credit_balance",
        ];
        IEnumerable<string> values = columns.Select(name => name == column ? value : name switch
        {
            "seq" => "seq + 1",
            "transfer_id" => "gen_random_uuid()",
            "debit_entry" => "debit_entry + 9",
            "credit_entry" => "credit_entry + 9",
            _ => name,
        });

        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(
            $"INSERT INTO ledger_transfer ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)} FROM ledger_transfer WHERE kind = 1"));

        Assert.StartsWith("23", refusal.SqlState, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_accounts_bucket_is_the_first_ten_bits_of_its_id_here_as_in_the_grains()
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand("SELECT account_id, bucket FROM ledger_account");
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(Cancelled);
        int accounts = 0;
        for (; await row.ReadAsync(Cancelled); accounts++)
        {
            Assert.Equal(WalletKey.BucketOf(row.GetGuid(0)), row.GetInt16(1));
        }

        Assert.Equal(3, accounts);
    }

    private async Task RunAsync(params string[] statements)
    {
        await using NpgsqlConnection connection = await _database.DataSource.OpenConnectionAsync(Cancelled);
        foreach (string sql in statements)
        {
            await using NpgsqlCommand command = new(sql, connection);
            await command.ExecuteNonQueryAsync(Cancelled);
        }
    }
}
