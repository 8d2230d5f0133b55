using Orleans.TestingHost;

using XChat.Testing;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Storage;

/// <summary>Reminders in the product's own tables.</summary>
public sealed class ReminderTests(PostgresFixture postgres)
{
    private const int Grains = 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_come_outlive_every_silo_and_are_gone_when_they_are_taken_back()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        Guid[] keys = [.. Enumerable.Range(0, Grains).Select(_ => Guid.NewGuid())];
        await using (InProcessTestCluster first = await StartAsync(database))
        {
            await Task.WhenAll(keys.Select(key => GrainOf(first, key).Start()));
            // Set again: it is one reminder still.
            await Task.WhenAll(keys.Select(key => GrainOf(first, key).Start()));
            await Eventually.HoldsAsync(async () => (await Task.WhenAll(keys.Select(key => GrainOf(first, key).Ticks()))).All(ticks => ticks > 0), Cancelled);
            await first.StopAllSilosAsync(Cancelled);
        }

        await using InProcessTestCluster second = await StartAsync(database);
        Assert.All(await Task.WhenAll(keys.Select(key => GrainOf(second, key).IsSet())), Assert.True);
        Assert.Equal(Grains, await CountAsync(database));

        await Task.WhenAll(keys.Select(key => GrainOf(second, key).Stop()));
        Assert.All(await Task.WhenAll(keys.Select(key => GrainOf(second, key).IsSet())), Assert.False);
        Assert.Equal(0, await CountAsync(database));
        await second.StopAllSilosAsync(Cancelled);
    }

    private static IRemindedGrain GrainOf(InProcessTestCluster cluster, Guid key) => cluster.Client.GetGrain<IRemindedGrain>(key);

    private static async Task<InProcessTestCluster> StartAsync(TestDatabase database)
    {
        InProcessTestClusterBuilder builder = new(2);
        builder.Options.ServiceId = "reminders";
        builder.ConfigureSilo((_, silo) => silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = "Npgsql";
            options.ConnectionString = database.ConnectionString;
        }));
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static async Task<long> CountAsync(TestDatabase database)
    {
        await using Npgsql.NpgsqlCommand count = database.DataSource.CreateCommand("SELECT count(*) FROM orleans_reminder");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }
}
