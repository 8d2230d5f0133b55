using System.Security.Cryptography;

using Microsoft.Extensions.DependencyInjection;

using Orleans.TestingHost;

using XChat.Crypto.Recovery;
using XChat.Grains.Recovery;
using XChat.Testing.Accounts;
using XChat.Testing.Observability;

namespace XChat.Testing.Recovery;

/// <summary>Two silos with the grains of three realms, over storage of the test's choice. The realms' keys are the test's, as an operator has them.</summary>
/// <example>
/// <code>
/// await using RecoveryCluster cluster = await RecoveryCluster.StartAsync(new InMemoryRecovery());
/// using RecoveringPerson alice = new(cluster);
/// await alice.SetPinAsync("7391");
/// byte[]? root = await alice.RecoverAsync("7391");
/// </code>
/// </example>
public sealed class RecoveryCluster : IAsyncDisposable
{
    /// <summary>What a guess without a device costs in a test: little, but more than nothing.</summary>
    public const int Difficulty = 4;

    private readonly InProcessTestCluster _cluster;

    private RecoveryCluster(InProcessTestCluster cluster, IReadOnlyList<RealmKeys> realms, ShiftedTime time) =>
        (_cluster, Realms, Time) = (cluster, realms, time);

    /// <summary>The keys of the realms.</summary>
    public IReadOnlyList<RealmKeys> Realms { get; }

    /// <summary>The clock of the realms.</summary>
    public ShiftedTime Time { get; }

    /// <summary>Reaches the grains from outside of the silos.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>What the first silo is made of.</summary>
    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    /// <summary>New keys for three realms.</summary>
    public static IReadOnlyList<RealmKeys> NewRealms() =>
        [.. Enumerable.Range(0, 3).Select(_ => RealmKeys.FromSeed(RandomNumberGenerator.GetBytes(RealmKeys.SeedSize)))];

    /// <summary>Starts silos over records in memory.</summary>
    public static Task<RecoveryCluster> StartAsync(InMemoryRecovery records, Action<RecoveryOptions>? configure = null) => StartAsync(
        NewRealms(), services => services.AddSingleton<IRecoveryStore>(records).AddSingleton<IGuessLedger>(records), configure);

    /// <summary>Starts silos over any storage.</summary>
    public static async Task<RecoveryCluster> StartAsync(
        IReadOnlyList<RealmKeys> realms, Action<IServiceCollection> addStorage, Action<RecoveryOptions>? configure = null)
    {
        ShiftedTime time = new();
        RealmKeyring keyring = new(realms);
        InProcessTestClusterBuilder builder = new(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddTestLog();
            silo.Services.AddShiftedTime(time);
            silo.Services.AddSingleton(_ => keyring);
            addStorage(silo.Services);
            silo.Services.AddRecoveryGrains();
            silo.Services.Configure<RecoveryOptions>(options => options.Difficulty = Difficulty);
            silo.Services.Configure(configure ?? (_ => { }));
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new RecoveryCluster(cluster, realms, time);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
