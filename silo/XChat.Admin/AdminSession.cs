using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Npgsql;

using Orleans.Configuration;

using XChat.Grains.Audit;
using XChat.Storage.Audit;

namespace XChat.Admin;

/// <summary>One run of a command: the database it reads, the silos that act for it, who runs it. What is not used is not opened.</summary>
internal sealed class AdminSession : IAsyncDisposable
{
    private const int LongestName = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string? _postgres;
    private readonly string _cluster;
    private NpgsqlDataSource? _database;
    private IHost? _client;

    private AdminSession(string? postgres, string cluster, string @operator, AdminOutput output) =>
        (_postgres, _cluster, Operator, Output) = (postgres, cluster, @operator, output);

    /// <summary>Who runs the command.</summary>
    public string Operator { get; }

    /// <summary>The cluster whose silos act.</summary>
    public string Cluster => _cluster;

    /// <summary>Where it answers.</summary>
    public AdminOutput Output { get; }

    /// <summary>The server's database.</summary>
    public NpgsqlDataSource Database => _database ??= OpenDatabase();

    /// <summary>What operators did.</summary>
    public IOperatorLog Audit => new PostgresOperatorLog(Database);

    /// <summary>Nothing is connected to yet.</summary>
    /// <exception cref="AdminException">A flag is wrong.</exception>
    public static AdminSession Open(string? postgres, string cluster, string @operator, AdminOutput output) =>
        string.IsNullOrWhiteSpace(@operator) || @operator.Length > LongestName || @operator.Any(char.IsControl)
            ? throw new AdminException($"--operator is \"{@operator}\": give the 1 to {LongestName} characters under which the audit shall name you.")
            : new AdminSession(postgres, cluster, @operator, output);

    /// <summary>The silos, found in the database.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="patience">How long they have to answer; a quarter of a minute when it is not said.</param>
    /// <exception cref="AdminException">None answers.</exception>
    public async Task<IClusterClient> ConnectAsync(CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        if (_client is null)
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Logging.ClearProviders();
            builder.UseOrleansClient(client => client
                .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", ConnectionWithPassword()))
                .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (_cluster, "xchat")));
            _client = builder.Build();
            try
            {
                await _client.StartAsync(cancellationToken).WaitAsync(patience ?? Patience, cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                throw new AdminException(
                    $"No silo of cluster \"{_cluster}\" answers ({problem.Message.TrimEnd('.')}). Start one, or name the cluster with --cluster.");
            }
        }

        return _client.Services.GetRequiredService<IClusterClient>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            try
            {
                await _client.StopAsync(CancellationToken.None);
            }
            finally
            {
                _client.Dispose();
            }
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    private NpgsqlDataSource OpenDatabase() => NpgsqlDataSource.Create(ConnectionWithPassword());

    private string ConnectionWithPassword()
    {
        if (string.IsNullOrWhiteSpace(_postgres))
        {
            throw new AdminException("No database is named: give --postgres or XCHAT_POSTGRES, the same as the silos'.");
        }

        try
        {
            NpgsqlConnectionStringBuilder connection = new(_postgres) { ApplicationName = "xchat-admin", MaxPoolSize = 8 };
            return string.IsNullOrEmpty(connection.Host)
                ? throw new AdminException("--postgres names no server: it reads like Host=db;Database=xchat;Username=xchat;Password=...")
                : connection.ConnectionString;
        }
        catch (ArgumentException problem)
        {
            // The value is not repeated: it holds the password.
            throw new AdminException($"--postgres is not a connection string (Host=...;Database=...;Username=...;Password=...): {problem.Message}");
        }
    }
}
