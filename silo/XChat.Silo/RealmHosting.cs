using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Npgsql;

using XChat.Crypto.Recovery;
using XChat.Grains.Recovery;
using XChat.Storage;
using XChat.Storage.Migrations;
using XChat.Storage.Recovery;

namespace XChat.Silo;

/// <summary>A realm that a silo runs: its keys, and its database.</summary>
public sealed record HostedRealm(RealmKeys Keys, string Postgres);

/// <summary>Realms in a silo: one in a realm's own process, several in the standalone server.</summary>
public static class RealmHosting
{
    // A guess holds a connection for milliseconds.
    private const int MaxDatabaseConnections = 10;

    /// <summary>Adds the grains, the databases and the keys of realms; keys and databases end with the host.</summary>
    public static IServiceCollection AddRealms(this IServiceCollection services, IReadOnlyList<HostedRealm> realms)
    {
        services.AddSingleton(_ => new RealmKeyring(realms.Select(realm => realm.Keys)));
        services.AddSingleton(_ => new RealmDatabases(realms.ToDictionary(realm => realm.Keys.Realm, Open)));
        services.AddRecoveryStorage().AddRecoveryGrains();
        return services.AddHostedService<RealmPreparation>();
    }

    private static NpgsqlDataSource Open(HostedRealm realm) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(realm.Postgres) { ApplicationName = "xchat-realm", MaxPoolSize = MaxDatabaseConnections });

    /// <summary>Before anything else starts: refuses databases that would forget guesses, and brings their schema forward.</summary>
    private sealed class RealmPreparation(RealmDatabases databases) : IHostedLifecycleService
    {
        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            foreach (NpgsqlDataSource database in databases.All)
            {
                await DatabaseRequirements.CheckAsync(database, cancellationToken);
                await new MigrationRunner(database, RealmMigrations.All).ApplyAsync(cancellationToken);
            }
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
