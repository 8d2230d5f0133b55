using System.CommandLine;
using System.Text.Json;

using Npgsql;

using XChat.Admin;
using XChat.Grains.Audit;
using XChat.Storage.Audit;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Audit;

/// <summary><c>xchat-admin audit</c> on a real database, as an operator runs it.</summary>
public sealed class AuditCommandTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private TestDatabase _database = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        PostgresOperatorLog log = new(_database.DataSource);
        for (int index = 0; index < 4; index++)
        {
            OperatorEntry entry = new("ana", "wallet.freeze", $"user {index}", "reported stolen", OperatorStage.Begun);
            await log.AppendAsync(entry, DateTimeOffset.UnixEpoch, Cancelled);
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_whole_record_is_confirmed_with_its_head()
    {
        Assert.Equal(0, await RunAsync("audit", "verify", "--json"));

        using JsonDocument answer = JsonDocument.Parse(_output.ToString());
        Assert.Equal(4, answer.RootElement.GetProperty("entries").GetInt64());
        Assert.StartsWith("4:", answer.RootElement.GetProperty("head").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE operator_action SET operator = 'bob' WHERE seq = 2", "entry 2 was changed")]
    [InlineData("UPDATE operator_action SET detail = '' WHERE seq = 3", "entry 3 was changed")]
    [InlineData("UPDATE operator_action SET time_ms = 1 WHERE seq = 1", "entry 1 was changed")]
    [InlineData("DELETE FROM operator_action WHERE seq = 2", "entry 2 is missing")]
    [InlineData("UPDATE operator_action SET hash = sha256('x') WHERE seq = 2", "entry 3 does not follow")]
    public async Task Tampering_is_named_and_fails(string tampering, string finding)
    {
        await TamperAsync(tampering);

        Assert.Equal(2, await RunAsync("audit", "verify"));
        Assert.Contains($"AUDIT BROKEN: {finding}", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_was_cut_short_is_found_by_a_head_kept_elsewhere()
    {
        await RunAsync("audit", "verify", "--json");
        using JsonDocument answer = JsonDocument.Parse(_output.ToString());
        string head = answer.RootElement.GetProperty("head").GetString()!;
        Assert.Equal(0, await RunAsync("audit", "verify", "--head", head));

        await TamperAsync("DELETE FROM operator_action WHERE seq = 4");

        Assert.Equal(0, await RunAsync("audit", "verify"));
        Assert.Equal(2, await RunAsync("audit", "verify", "--head", head));
    }

    [Fact]
    public async Task The_database_refuses_to_change_an_entry()
    {
        await using NpgsqlCommand update = _database.DataSource.CreateCommand("UPDATE operator_action SET operator = 'bob'");

        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => update.ExecuteNonQueryAsync(Cancelled));

        Assert.Contains("only appended to", refused.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "No database is named")]
    [InlineData("Host=", "names no server")]
    [InlineData("nonsense", "is not a connection string")]
    public async Task A_command_without_a_database_says_what_is_missing(string? postgres, string message)
    {
        string[] flags = postgres is null ? ["--postgres", ""] : ["--postgres", postgres];

        Assert.Equal(1, await InvokeAsync(["audit", "list", .. flags]));
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_names_who_did_what()
    {
        Assert.Equal(0, await RunAsync("audit", "list", "--after", "2"));

        Assert.Contains("ana       wallet.freeze  begun  user 3", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("user 1", _output.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) => InvokeAsync([.. arguments, "--postgres", _database.ConnectionString]);

    private Task<int> InvokeAsync(string[] arguments) =>
        AdminCommandLine.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error }, Cancelled);

    /// <summary>As somebody with the database's password would: the trigger is no obstacle, the chain is.</summary>
    private async Task TamperAsync(string sql)
    {
        const string Off = "ALTER TABLE operator_action DISABLE TRIGGER operator_action_is_append_only";
        await using NpgsqlCommand command = _database.DataSource.CreateCommand($"{Off}; {sql}");
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
