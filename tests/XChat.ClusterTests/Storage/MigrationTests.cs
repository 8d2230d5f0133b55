using Npgsql;
using XChat.Storage.Migrations;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Storage;

public sealed class MigrationTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Numbers_start_at_one_and_only_grow()
    {
        int[] numbers = [.. Migration.All.Select(migration => migration.Number)];

        Assert.Equal(1, numbers[0]);
        Assert.Equal(numbers.Distinct().Order(), numbers);
    }

    [Fact]
    public async Task A_second_run_does_nothing()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        int first = await new MigrationRunner(database.DataSource).ApplyAsync(Cancelled);
        object? before = await ReadRecordAsync(database);

        int second = await new MigrationRunner(database.DataSource).ApplyAsync(Cancelled);

        Assert.Equal(Migration.All.Count, first);
        Assert.Equal(0, second);
        Assert.Equal(before, await ReadRecordAsync(database));
    }

    [Fact]
    public async Task Silos_that_start_together_apply_each_migration_once()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);

        int[] applied = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => new MigrationRunner(database.DataSource).ApplyAsync(Cancelled)));

        Assert.Equal(Migration.All.Count, applied.Sum());
        Assert.Equal(1, applied.Count(count => count > 0));
    }

    [Fact]
    public async Task A_migration_that_was_changed_after_it_was_applied_is_refused()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        await new MigrationRunner(database.DataSource, [new(1, "create_a", "CREATE TABLE a (id integer)")]).ApplyAsync(Cancelled);

        MigrationException refusal = await Assert.ThrowsAsync<MigrationException>(
            () => new MigrationRunner(database.DataSource, [new(1, "create_a", "CREATE TABLE a (id bigint)")]).ApplyAsync(Cancelled));

        Assert.Contains("0001_create_a", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_starts_on_a_schema_that_a_newer_one_has_only_added_to()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        Migration[] newer = [new(1, "create_a", "CREATE TABLE a (id integer)"), new(2, "create_b", "CREATE TABLE b (id integer)")];
        await new MigrationRunner(database.DataSource, newer).ApplyAsync(Cancelled);

        int applied = await new MigrationRunner(database.DataSource, newer[..1]).ApplyAsync(Cancelled);

        Assert.Equal(0, applied);
    }

    [Fact]
    public async Task A_binary_does_not_start_on_a_schema_from_which_a_newer_one_took_what_it_uses()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        Migration[] newer =
        [
            new(1, "create_a", "CREATE TABLE a (id integer)"), new(2, "create_b", "CREATE TABLE b (id integer)"),
            new(3, "drop_a", "-- contract: unused since 0002: a\nDROP TABLE a"),
        ];
        await new MigrationRunner(database.DataSource, newer).ApplyAsync(Cancelled);

        MigrationException refusal = await Assert.ThrowsAsync<MigrationException>(
            () => new MigrationRunner(database.DataSource, newer[..1]).ApplyAsync(Cancelled));
        int still = await new MigrationRunner(database.DataSource, newer[..2]).ApplyAsync(Cancelled);

        Assert.Contains("newer than this binary", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("0003_drop_a", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, still);
    }

    [Fact]
    public async Task Records_of_binaries_that_knew_no_contracts_are_read()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        Migration first = new(1, "create_a", "CREATE TABLE a (id integer)");
        await new MigrationRunner(database.DataSource, [first]).ApplyAsync(Cancelled);
        await using (NpgsqlCommand older = database.DataSource.CreateCommand("ALTER TABLE schema_migration DROP COLUMN oldest_reader"))
        {
            await older.ExecuteNonQueryAsync(Cancelled);
        }

        int applied = await new MigrationRunner(database.DataSource, [first, new(2, "create_b", "CREATE TABLE b (id integer)")]).ApplyAsync(Cancelled);

        Assert.Equal(1, applied);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_of_itself_and_keeps_those_before_it()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        Migration first = new(1, "create_a", "CREATE TABLE a (id integer)");

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => new MigrationRunner(
            database.DataSource, [first, new(2, "create_b", "CREATE TABLE b (id integer); SELECT 1 / 0;")]).ApplyAsync(Cancelled));
        int applied = await new MigrationRunner(
            database.DataSource, [first, new(2, "create_b", "CREATE TABLE b (id integer)")]).ApplyAsync(Cancelled);

        Assert.Contains("0002_create_b", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, applied);
    }

    [Fact]
    public async Task The_key_of_message_ids_takes_over_an_index_that_was_built_beforehand()
    {
        const string BuildSql = "CREATE UNIQUE INDEX CONCURRENTLY conversation_entry_id ON conversation_entry (message_id, conversation_id)";
        const string KeysSql = """
            SELECT string_agg(pg_get_constraintdef(oid), ', ' ORDER BY conname) FROM pg_constraint
            WHERE conrelid = 'conversation_entry'::regclass AND contype = 'u'
            """;

        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        await new MigrationRunner(database.DataSource, [.. Migration.All.TakeWhile(migration => migration.Number < 23)]).ApplyAsync(Cancelled);
        await using NpgsqlCommand build = database.DataSource.CreateCommand(BuildSql);
        await build.ExecuteNonQueryAsync(Cancelled);

        await new MigrationRunner(database.DataSource).ApplyAsync(Cancelled);

        await using NpgsqlCommand keys = database.DataSource.CreateCommand(KeysSql);
        Assert.Equal("UNIQUE (message_id, conversation_id)", await keys.ExecuteScalarAsync(Cancelled));
    }

    [Fact]
    public void Line_ends_do_not_count_as_a_change() =>
        Assert.Equal(new Migration(1, "a", "SELECT 1\nFROM x\n").Sha256, new Migration(1, "a", "SELECT 1\r\nFROM x\r\n").Sha256);

    private static async Task<object?> ReadRecordAsync(TestDatabase database)
    {
        await using NpgsqlCommand read = database.DataSource.CreateCommand(
            "SELECT string_agg(number || name || sha256 || applied_at, ',' ORDER BY number) FROM schema_migration");
        return await read.ExecuteScalarAsync(Cancelled);
    }
}
