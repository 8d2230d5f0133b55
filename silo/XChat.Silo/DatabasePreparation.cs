using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using XChat.Storage;
using XChat.Storage.Migrations;

namespace XChat.Silo;

/// <summary>Before anything else starts: refuses a database that would not keep its promises and a clock that is off, and brings its schema forward.</summary>
internal sealed partial class DatabasePreparation(
    NpgsqlDataSource database, SiloSchema schema, IOptions<SiloOptions> options, TimeProvider time, ILogger<DatabasePreparation> logger)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await DatabaseRequirements.CheckAsync(database, cancellationToken);
        await ClockRequirement.CheckAsync(database, time, cancellationToken);
        int applied = await new MigrationRunner(database, schema.Migrations).ApplyAsync(cancellationToken);
        if (applied > 0)
        {
            LogApplied(applied);
        }

        if (options.Value.SoleSilo)
        {
            await ClusterMembership.ForgetSilosAsync(database, options.Value.ClusterId, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} migrations were applied to the database.")]
    private partial void LogApplied(int count);
}
