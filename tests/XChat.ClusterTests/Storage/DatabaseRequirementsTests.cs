using Microsoft.Extensions.Time.Testing;

using Npgsql;

using XChat.Storage;
using XChat.Testing;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Storage;

public sealed class DatabaseRequirementsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_durable_database_is_accepted()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);

        await DatabaseRequirements.CheckAsync(database.DataSource, Cancelled);
    }

    [Fact]
    public async Task A_database_that_acknowledges_before_it_is_on_disk_is_refused_with_the_remedy()
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        await using NpgsqlDataSource hasty = NpgsqlDataSource.Create(database.ConnectionString + ";Options=-c synchronous_commit=off");

        DatabaseRequirementException refusal = await Assert.ThrowsAsync<DatabaseRequirementException>(
            () => DatabaseRequirements.CheckAsync(hasty, Cancelled));

        Assert.Contains("synchronous_commit = off", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ALTER SYSTEM SET synchronous_commit = on", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fsync")]
    [InlineData("full_page_writes")]
    public async Task A_server_that_can_lose_its_files_is_refused_with_the_remedy(string setting)
    {
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable(PostgresFixture.ConnectionVariable) is { Length: > 0 }, "The settings of a foreign server are not touched.");
        await using PostgresFixture own = new();
        await using TestDatabase database = await own.CreateEmptyDatabaseAsync(Cancelled);
        await SetAsync(database, $"ALTER SYSTEM SET {setting} = off");
        await SetAsync(database, "SELECT pg_reload_conf()");

        DatabaseRequirementException refusal = await Eventually.GetAsync(
            () => Record.ExceptionAsync(() => DatabaseRequirements.CheckAsync(database.DataSource, Cancelled)).AsTask(),
            problem => problem is DatabaseRequirementException,
            Cancelled) as DatabaseRequirementException ?? throw new InvalidOperationException();

        Assert.Contains($"{setting} = off", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"ALTER SYSTEM SET {setting} = on", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-170, "s behind the database's")]
    [InlineData(300, "s ahead of the database's")]
    public async Task A_clock_that_is_off_is_refused_with_the_remedy(int seconds, string says)
    {
        await using TestDatabase database = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        FakeTimeProvider off = new(TimeProvider.System.GetUtcNow().AddSeconds(seconds));

        DatabaseRequirementException refusal = await Assert.ThrowsAsync<DatabaseRequirementException>(
            () => ClockRequirement.CheckAsync(database.DataSource, off, Cancelled));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("time service", refusal.Message, StringComparison.Ordinal);
        await ClockRequirement.CheckAsync(database.DataSource, TimeProvider.System, Cancelled);
    }

    private static async Task SetAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
