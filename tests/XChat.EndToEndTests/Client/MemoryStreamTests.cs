using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>The contract with Orleans' own streams in place of ours, chosen by configuration.</summary>
public sealed class MemoryStreamTests(MemoryStreamFixture fixture) : ConversationContract, IClassFixture<MemoryStreamFixture>
{
    protected override (Uri One, Uri Other) Servers => (fixture.Cluster.Frontends[0].Address, fixture.Cluster.Frontends[1].Address);
}

/// <summary>Two silos and two frontends that use memory streams.</summary>
public sealed class MemoryStreamFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase? _database;
    private ProcessCluster? _cluster;

    public ProcessCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        Dictionary<string, string?> settings = new(ProcessCluster.ManyClients) { ["XChat__Streams"] = "memory" };
        _database = await postgres.CreateDatabaseAsync(CancellationToken.None);
        _cluster = await ProcessCluster.StartAsync(_database.ConnectionString, silos: 2, frontends: 2, CancellationToken.None, settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
