using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Npgsql;

using XChat.EmbeddedPostgres;
using XChat.Silo;
using XChat.Testing.Processes;

namespace XChat.Load;

/// <summary>A PostgreSQL and a silo of a run's own: the product's composition, the product's durability, data that go with the run.</summary>
public sealed class LoadServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly EmbeddedPostgresServer _postgres;
    private readonly IHost _silo;

    private LoadServer(string folder, EmbeddedPostgresServer postgres, IHost silo)
    {
        _folder = folder;
        _postgres = postgres;
        _silo = silo;
        Database = NpgsqlDataSource.Create(postgres.ConnectionString);
    }

    /// <summary>The silo's own grain factory: calls do not leave the process.</summary>
    public IGrainFactory Grains => _silo.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _silo.Services;

    /// <summary>Connections beside those of the silo.</summary>
    public NpgsqlDataSource Database { get; }

    public static async Task<LoadServer> StartAsync(CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"xchat-load-{Environment.ProcessId}");
        EmbeddedPostgresServer postgres = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataFolder = folder }, cancellationToken);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["XChat:Postgres"] = postgres.ConnectionString,
            ["XChat:SiloPort"] = $"{FreePort.Next()}",
            ["XChat:GatewayPort"] = $"{FreePort.Next()}",
        });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.AddXChatSilo();
        IHost silo = builder.Build();
        await silo.StartAsync(cancellationToken);
        return new LoadServer(folder, postgres, silo);
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _silo.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_silo).DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
