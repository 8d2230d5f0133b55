using Npgsql;

using XChat.Client;
using XChat.EmbeddedPostgres;
using XChat.EndToEndTests.Client;
using XChat.EndToEndTests.Standalone;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Operations;

/// <summary>A dump of a database in use, restored into another one, is a whole server: as docs/operations.md has it.</summary>
public sealed class BackupTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restored_dump_has_every_message_and_goes_on_from_there()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        await using TestDatabase restored = await postgres.CreateEmptyDatabaseAsync(Cancelled);
        await using People people = new();
        using TemporaryFolder folder = new();
        string dump = Path.Combine(folder.Path, "xchat.dump");
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            database.ConnectionString, silos: 1, frontends: 1, Cancelled, ProcessCluster.ManyClients);
        XChatClient alice = await people.JoinAsync(cluster.Frontends[0].Address, "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(cluster.Frontends[0].Address, "bob", Cancelled);
        Guid conversation = await alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled);
        await alice.SendAsync(conversation, "before the backup", Cancelled);
        await People.ExpectAsync(bob, conversation, ["before the backup"], Cancelled);

        // The silo runs on, and is in the dump as one that lives.
        await RunAsync("pg_dump", database, "--format=custom", $"--file={dump}");
        await RunAsync("pg_restore", restored, "--exit-on-error", $"--dbname={restored.DataSource.CreateConnection().Database}", dump);

        string handle = alice.RequireSelf().Handle;
        await alice.DisposeAsync();
        Dictionary<string, string?> elsewhere = ProcessCluster.ManyClients.Append(new("XCHAT_CLUSTER", "restored")).ToDictionary();
        await using ProcessCluster second = await ProcessCluster.StartAsync(
            restored.ConnectionString, silos: 1, frontends: 1, Cancelled, elsewhere);
        XChatClient again = await people.OpenAsync(handle, second.Frontends[0].Address, Cancelled);
        await again.ConnectAsync(Cancelled);
        await again.SendAsync(conversation, "after the restore", Cancelled);
        await People.ExpectAsync(again, conversation, ["before the backup", "after the restore"], Cancelled);
        Assert.Equal(0, await RunAdminAsync(restored, "ledger", "verify"));
        Assert.Equal(0, await RunAdminAsync(restored, "audit", "verify"));
        Assert.Equal(0, await RunAdminAsync(restored, "doctor", "--cluster", "restored"));
    }

    private static async Task RunAsync(string program, TestDatabase database, params string[] arguments)
    {
        NpgsqlConnectionStringBuilder connection = new(database.ConnectionString);
        string file = Path.Combine(PostgresSearch.All().First().BinFolder, program);
        await using TestProcess process = TestProcess.Start(
            File.Exists(file) ? file : program,
            arguments,
            new Dictionary<string, string?>
            {
                ["PGHOST"] = connection.Host, ["PGPORT"] = $"{connection.Port}", ["PGUSER"] = connection.Username, ["PGPASSWORD"] = connection.Password,
                ["PGDATABASE"] = connection.Database,
            });
        Assert.True(await process.WaitForExitAsync(Cancelled, Patience) == 0, process.Transcript());
    }

    private static async Task<int> RunAdminAsync(TestDatabase database, params string[] arguments)
    {
        await using TestProcess process = TestProcess.StartDotnet(
            ProjectOutput.Of("silo/XChat.Admin", "xchat-admin"), [.. arguments, "--postgres", database.ConnectionString]);
        int exitCode = await process.WaitForExitAsync(Cancelled, Patience);
        TestContext.Current.SendDiagnosticMessage("{0}", process.Transcript());
        return exitCode;
    }
}
