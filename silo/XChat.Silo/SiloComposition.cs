using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.Versions.Compatibility;
using Orleans.Versions.Selector;
using XChat.Grains;
using XChat.Hosting;
using XChat.PushStreams;
using XChat.Storage.Migrations;
using XChat.Storage.Recovery;

namespace XChat.Silo;

/// <summary>
/// What a silo is made of, the same in its own process, in the one-process standalone, and in tests: a cluster over PostgreSQL, small grain
/// state and reminders in PostgreSQL, and the domains.
/// </summary>
public static class SiloComposition
{
    /// <summary>The ADO.NET provider that Orleans loads by name.</summary>
    private const string Invariant = "Npgsql";

    /// <summary>Adds a silo to the host. It reads its options from the section <see cref="SiloOptions.Section"/>.</summary>
    public static IHostApplicationBuilder AddXChatSilo(this IHostApplicationBuilder builder) =>
        builder.AddSilo(new SiloSchema(Migration.All), silo => silo.AddDomains());

    /// <summary>
    /// Adds a silo that runs a realm and nothing else, in a cluster of its own: the same options, where the database is the realm's. The realm is added
    /// by <see cref="RealmHosting.AddRealms"/>.
    /// </summary>
    public static IHostApplicationBuilder AddXChatRealmSilo(this IHostApplicationBuilder builder) =>
        builder.AddSilo(new SiloSchema(RealmMigrations.All), _ => { });

    private static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder, SiloSchema schema, Action<ISiloBuilder> addDomains)
    {
        builder.Services.AddSingleton(schema);
        builder.Services.AddOptions<SiloOptions>().BindConfiguration(SiloOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SiloOptions>, SiloOptionsValidator>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(OpenDatabase);
        // Its work is done before any hosted service starts, the silo's included.
        builder.Services.AddHostedService<DatabasePreparation>();
        builder.Services.AddServerHealth().AddHealthChecks()
            .AddCheck<SiloHealthCheck>("silo", tags: [ServerHealth.ReadyTag])
            .AddCheck<DatabaseHealthCheck>("database", tags: [ServerHealth.ReadyTag]);

        builder.UseOrleans(silo =>
        {
            if (Telemetry.IsSent(builder.Configuration))
            {
                silo.AddActivityPropagation();
            }

            silo.AddCluster().AddGrainState().AddIncomingGrainCallFilter<StorageFailureFilter>();
            addDomains(silo);
        });
        return builder;
    }

    private static ISiloBuilder AddCluster(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<ClusterOptions>().Configure<IOptions<SiloOptions>>((cluster, xchat) =>
        {
            cluster.ClusterId = xchat.Value.ClusterId;
            cluster.ServiceId = xchat.Value.ServiceId;
        });
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<SiloOptions>>(ConfigureEndpoints);
        silo.Services.Configure<ClusterMembershipOptions>(ConfigureMembership);
        silo.Services.Configure<GrainVersioningOptions>(ConfigureVersions);
        return silo.UseAdoNetClustering(options => options.Configure<IOptions<SiloOptions>>((clustering, xchat) =>
        {
            clustering.Invariant = Invariant;
            clustering.ConnectionString = xchat.Value.Postgres;
        }));
    }

    private static ISiloBuilder AddGrainState(this ISiloBuilder silo) => silo
        .AddAdoNetGrainStorageAsDefault(KeepInDatabase)
        .AddAdoNetGrainStorage(StreamChoice.SubscriptionStorage, KeepInDatabase)
        .UseAdoNetReminderService(options => options.Configure<IOptions<SiloOptions>>((reminders, xchat) =>
        {
            reminders.Invariant = Invariant;
            reminders.ConnectionString = xchat.Value.Postgres;
        }));

    private static void KeepInDatabase(OptionsBuilder<AdoNetGrainStorageOptions> options) =>
        options.Configure<IOptions<SiloOptions>, Serializer>((storage, xchat, serializer) =>
        {
            storage.Invariant = Invariant;
            storage.ConnectionString = xchat.Value.Postgres;
            // The same versioned contracts as on the wire; the provider's own default would be Newtonsoft.Json.
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        });

    private static void ConfigureEndpoints(EndpointOptions endpoint, IOptions<SiloOptions> options)
    {
        IPAddress address = IPAddress.Parse(options.Value.SiloAddress);
        endpoint.AdvertisedIPAddress = address;
        endpoint.SiloPort = options.Value.SiloPort;
        endpoint.GatewayPort = options.Value.GatewayPort;
        endpoint.SiloListeningEndpoint = new IPEndPoint(address, options.Value.SiloPort);
        endpoint.GatewayListeningEndpoint = new IPEndPoint(address, options.Value.GatewayPort);
    }

    /// <summary>
    /// A silo that died is noticed after about ten seconds, not the default half minute. A silo that comes back on the same address takes its
    /// own old entry out at once; entries of others that no longer answer hold a newcomer up for at most half a minute.
    /// </summary>
    private static void ConfigureMembership(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(3);
        membership.NumMissedProbesLimit = 3;
        membership.NumVotesForDeathDeclaration = 2;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.MaxJoinAttemptTime = TimeSpan.FromSeconds(30);
        // The same time since a silo's start would end one that starts slowly on a busy machine: by the others, and even by itself when it is alone.
        membership.EvictWhenMaxJoinAttemptTimeExceeded = false;
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }

    /// <summary>
    /// Silos of two adjacent versions in one cluster. Whoever asks for an interface of a higher version is served by silos that have it, and an activation
    /// elsewhere ends for that; whoever asks for a lower one is served by all. So the newer silos take over as they are called, and a grain that only
    /// the older ones call stays where it is.
    /// </summary>
    private static void ConfigureVersions(GrainVersioningOptions versions)
    {
        versions.DefaultCompatibilityStrategy = nameof(BackwardCompatible);
        versions.DefaultVersionSelectorStrategy = nameof(AllCompatibleVersions);
    }

    private static NpgsqlDataSource OpenDatabase(IServiceProvider services)
    {
        SiloOptions options = services.GetRequiredService<IOptions<SiloOptions>>().Value;
        NpgsqlConnectionStringBuilder connection = new(options.Postgres)
        {
            ApplicationName = "xchat-silo",
            MaxPoolSize = options.MaxDatabaseConnections,
        };
        return NpgsqlDataSource.Create(connection);
    }
}
