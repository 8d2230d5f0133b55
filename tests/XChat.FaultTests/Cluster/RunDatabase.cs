using System.Globalization;
using System.Net;

using Npgsql;

using XChat.EmbeddedPostgres;
using XChat.Testing.Processes;

namespace XChat.FaultTests.Cluster;

/// <summary>A PostgreSQL server of the run's own, which can be stopped as a crash of its machine would stop it and started on the same data.</summary>
internal sealed class RunDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgresOptions _options;
    private EmbeddedPostgresServer _server;

    private RunDatabase(EmbeddedPostgresOptions options, EmbeddedPostgresServer server) => (_options, _server) = (options, server);

    /// <summary>The file by which it is reached.</summary>
    public string Socket
    {
        get
        {
            NpgsqlConnectionStringBuilder direct = new(_server.ConnectionString);
            return Path.Combine(direct.Host!, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{direct.Port}"));
        }
    }

    /// <summary>Reaches it past all proxies. Nothing is pooled, so that a connection is never one to a server that is gone.</summary>
    public string Direct => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Pooling = false }.ConnectionString;

    /// <summary>Where its data are.</summary>
    public string Folder => _server.Folder;

    /// <summary>Whether it ended by itself.</summary>
    public bool Ended => _server.Ended.IsCompleted;

    /// <summary>Makes a new cluster in a folder.</summary>
    public static async Task<RunDatabase> StartAsync(string folder, CancellationToken cancellationToken)
    {
        EmbeddedPostgresOptions options = new() { DataFolder = folder, SharedBuffersMegabytes = 128, Ephemeral = true, MaxConnections = 400 };
        return new RunDatabase(options, await EmbeddedPostgresServer.StartAsync(options, cancellationToken));
    }

    /// <summary>Reaches it through a proxy.</summary>
    public string Through(IPEndPoint proxy) => new NpgsqlConnectionStringBuilder(_server.ConnectionString)
    {
        Host = proxy.Address.ToString(),
        Port = proxy.Port,
    }.ConnectionString;

    /// <summary>Ends it at once, without a checkpoint: at its next start it recovers from its log.</summary>
    public async Task StopImmediatelyAsync()
    {
        string pidFile = Directory.EnumerateFiles(_server.Folder, "postmaster.pid", SearchOption.AllDirectories).First();
        ProcessSignal.Send(int.Parse((await File.ReadAllLinesAsync(pidFile))[0], CultureInfo.InvariantCulture), ProcessSignal.Quit);
        await _server.Ended;
    }

    /// <summary>Starts it again on what it has, after it ended.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await _server.StopAsync();
        _server = await EmbeddedPostgresServer.StartAsync(_options, cancellationToken);
    }

    /// <summary>One value, over a connection of its own.</summary>
    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(Direct);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
