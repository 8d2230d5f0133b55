using XChat.Grains.Audit;
using XChat.Storage.Audit;
using XChat.Testing.Audit;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Audit;

public sealed class InMemoryOperatorLogTests : OperatorLogContract
{
    protected override Task<IOperatorLog> OpenAsync() => Task.FromResult<IOperatorLog>(new InMemoryOperatorLog());
}

public sealed class PostgresOperatorLogTests(PostgresFixture postgres) : OperatorLogContract, IAsyncDisposable
{
    private TestDatabase? _database;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    protected override async Task<IOperatorLog> OpenAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return new PostgresOperatorLog(_database.DataSource);
    }
}
