using Npgsql;

namespace XChat.Testing.Database;

/// <summary>One database of the test run's server, for one test or class alone. Disposing drops it, whoever is still connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _administration;

    internal TestDatabase(string name, string administration)
    {
        _name = name;
        _administration = administration;
        ConnectionString = new NpgsqlConnectionStringBuilder(administration) { Database = name, MaxPoolSize = 30 }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <summary>Reaches this database.</summary>
    public string ConnectionString { get; }

    /// <summary>A pool of connections to this database; lives as long as the database.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await using NpgsqlConnection connection = new(_administration);
        await connection.OpenAsync();
        await using NpgsqlCommand drop = new($"DROP DATABASE IF EXISTS \"{_name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
