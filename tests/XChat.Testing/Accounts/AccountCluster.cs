using Microsoft.Extensions.DependencyInjection;

using Orleans.TestingHost;

using XChat.Grains.Accounts;
using XChat.Grains.History;
using XChat.Grains.Transparency;
using XChat.Testing.Observability;
using XChat.Testing.Transparency;

namespace XChat.Testing.Accounts;

/// <summary>Silos with account grains, over storage of the test's choice; who hears of device changes is scripted.</summary>
/// <example>
/// <code>
/// await using AccountCluster cluster = await AccountCluster.StartAsync(new InMemoryAccounts());
/// using TestAccount alice = await TestAccount.RegisterAsync(cluster, "alice");
/// string token = await alice.SignInAsync();
/// </code>
/// </example>
public sealed class AccountCluster : IAsyncDisposable
{
    /// <summary>What a registration costs in a test: little, but more than nothing.</summary>
    public const int Difficulty = 4;

    private readonly InProcessTestCluster _cluster;

    private AccountCluster(InProcessTestCluster cluster, ScriptedAudience audience, ShiftedTime time) =>
        (_cluster, Audience, Time) = (cluster, audience, time);

    /// <summary>Who hears of device changes.</summary>
    public ScriptedAudience Audience { get; }

    /// <summary>The clock of the account grains.</summary>
    public ShiftedTime Time { get; }

    /// <summary>Reaches the grains from outside of the silos.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>What the first silo is made of.</summary>
    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    /// <summary>Starts silos over accounts in memory.</summary>
    public static Task<AccountCluster> StartAsync(
        InMemoryAccounts accounts, Action<AccountOptions>? configure = null, Action<TransparencyOptions>? configureLog = null) => StartAsync(
        silo =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.Services
                .AddSingleton<IAccountStore>(accounts)
                .AddSingleton<IHandleDirectory>(accounts)
                .AddSingleton<IAccountUpkeep>(accounts)
                .AddSingleton<IKeyPackageStore>(accounts.KeyPackages)
                .AddSingleton<IHistoryStore>(accounts.History)
                .AddSingleton<ITransparencyStore>(new FaultyTransparencyStore(accounts.Transparency));
        },
        configure,
        configureLog);

    /// <summary>Starts silos over any storage, which has to include the grain state named Default.</summary>
    public static async Task<AccountCluster> StartAsync(
        Action<ISiloBuilder> addStorage, Action<AccountOptions>? configure = null, Action<TransparencyOptions>? configureLog = null)
    {
        ScriptedAudience audience = new();
        ShiftedTime time = new();
        InProcessTestClusterBuilder builder = new(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddTestLog();
            silo.Services.AddShiftedTime(time);
            addStorage(silo);
            silo.Services.AddAccountGrains().AddTransparencyGrains().AddHistoryGrains();
            silo.Services.AddSingleton<IDeviceChangeAudience>(audience);
            silo.Services.Configure<RegistrationOptions>(options => options.RegistrationDifficulty = Difficulty);
            silo.Services.Configure(configure ?? (_ => { }));
            silo.Services.Configure(configureLog ?? (log => log.SweepPause = TimeSpan.FromHours(1)));
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new AccountCluster(cluster, audience, time);
    }

    /// <summary>Takes a grain out of memory; the next call activates it anew.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
