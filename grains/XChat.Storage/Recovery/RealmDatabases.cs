using Npgsql;

namespace XChat.Storage.Recovery;

/// <summary>The databases of the realms of this process: one each. Disposing closes them.</summary>
public sealed class RealmDatabases(IReadOnlyDictionary<Guid, NpgsqlDataSource> databases) : IAsyncDisposable
{
    /// <summary>All of them.</summary>
    public IEnumerable<NpgsqlDataSource> All => databases.Values;

    /// <summary>The database of a realm.</summary>
    /// <exception cref="KeyNotFoundException">This process does not run the realm: a bug.</exception>
    public NpgsqlDataSource Of(Guid realm) => databases[realm];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlDataSource database in databases.Values)
        {
            await database.DisposeAsync();
        }
    }
}
