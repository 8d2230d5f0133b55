using System.Net;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Orleans.Configuration;

using XChat.Grains.Wallets.Holders;
using XChat.Silo;
using XChat.Testing.Accounts;
using XChat.Testing.Processes;

namespace XChat.Load;

/// <summary>A silo over a PostgreSQL of a run's own: the product's composition, in this process, so that what grains do is seen without a network.</summary>
public sealed class LoadServer : IAsyncDisposable
{
    private readonly IHost _silo;
    private readonly List<IHost> _clients = [];

    private LoadServer(LoadDatabase database, IHost silo) => (Database, _silo) = (database, silo);

    public LoadDatabase Database { get; }

    /// <summary>The silo's own grain factory: calls do not leave the process.</summary>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _silo.Services;

    public static async Task<LoadServer> StartAsync(CancellationToken cancellationToken)
    {
        LoadDatabase database = await LoadDatabase.StartAsync(cancellationToken);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        // Settings of the product apply as they do to its own processes.
        builder.Configuration.AddEnvironmentVariables().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["XChat:Postgres"] = database.ConnectionString,
            ["XChat:SiloPort"] = $"{FreePort.Next()}",
            ["XChat:GatewayPort"] = $"{FreePort.Next()}",
            ["XChat:RegistrationDifficulty"] = $"{AccountCluster.Difficulty}",
        });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        // As in the standalone server: it advises another garbage collector, and its first check always reports a stall.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.AddXChatSilo();
        if (string.IsNullOrEmpty(builder.Configuration["XChat:Wallets:RulesFile"]))
        {
            // What transfers are measured beside has no rules either.
            builder.Services.AddSingleton(MoneyRules.Unlimited);
        }

        IHost silo = builder.Build();
        await silo.StartAsync(cancellationToken);
        return new LoadServer(database, silo);
    }

    /// <summary>Calls the silo as a frontend in another process does: through its gateway, over TCP.</summary>
    public async Task<IGrainFactory> ConnectAsync(CancellationToken cancellationToken)
    {
        XChat.Silo.SiloOptions options = Services.GetRequiredService<IOptions<XChat.Silo.SiloOptions>>().Value;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, options.GatewayPort))
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ServiceId)));
        IHost client = builder.Build();
        _clients.Add(client);
        await client.StartAsync(cancellationToken);
        return client.Services.GetRequiredService<IClusterClient>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in (IEnumerable<IHost>)[.. _clients, _silo])
        {
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        await Database.DisposeAsync();
    }
}
