using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>Three silos and two frontends over one PostgreSQL, shared by the tests of the collection, which run one after the other.</summary>
public sealed class ClusterFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase? _database;
    private ProcessCluster? _cluster;

    public ProcessCluster Cluster => _cluster!;

    public TestDatabase Database => _database!;

    /// <summary>The address of the first frontend, and that of the second.</summary>
    public Uri[] Servers => [Cluster.Frontends[0].Address, Cluster.Frontends[1].Address];

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(CancellationToken.None);
        _cluster = await ProcessCluster.StartAsync(
            _database.ConnectionString, silos: 3, frontends: 2, CancellationToken.None, ProcessCluster.ManyClients);
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

/// <summary>Tests that share the cluster.</summary>
[CollectionDefinition]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>;
