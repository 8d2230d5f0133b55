using Microsoft.Extensions.DependencyInjection;

using Orleans.TestingHost;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains;
using XChat.Grains.Accounts;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.Cases;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing.Accounts;
using XChat.Testing.Conversations;
using XChat.Testing.Observability;

namespace XChat.Testing.Wallets;

/// <summary>Silos with wallet grains, over storage of the test's choice; device lists and who hears of transfers are scripted.</summary>
/// <example>
/// <code>
/// await using WalletCluster cluster = await WalletCluster.StartAsync(new InMemoryLedger());
/// TestPayer alice = await TestPayer.CreateAsync(cluster, 100_00);
/// TransferDecided paid = await alice.PayAsync(bob, 12_34);
/// </code>
/// </example>
public sealed class WalletCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private WalletCluster(InProcessTestCluster cluster, ScriptedDevices devices, ScriptedNews news, ShiftedTime time)
    {
        _cluster = cluster;
        Devices = devices;
        News = news;
        Time = time;
    }

    /// <summary>The currency of tests that need only one.</summary>
    public static Currency Euro { get; } = new("EUR");

    /// <summary>The account that all money of a test comes from.</summary>
    public static WalletKey Rail { get; } = new(WalletKind.Rail, new Guid("019a0000-0000-7000-8000-000000000001"), Euro);

    /// <summary>The device lists of everyone.</summary>
    public ScriptedDevices Devices { get; }

    /// <summary>What was told of transfers.</summary>
    public ScriptedNews News { get; }

    /// <summary>The clock of the silos.</summary>
    public ShiftedTime Time { get; }

    /// <summary>Reaches the grains from outside of the silos.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>What the first silo is made of.</summary>
    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    /// <summary>Starts silos over a ledger in memory.</summary>
    public static Task<WalletCluster> StartAsync(InMemoryLedger ledger, IWalletLedger? through = null, Action<WalletOptions>? configure = null) =>
        StartAsync(
            services => services
                .AddSingleton(through ?? ledger)
                .AddSingleton<ILedgerOutbox>(ledger)
                .AddSingleton<IPendingExpiry>(ledger)
                .AddSingleton<IHolderStore>(ledger)
                .AddSingleton<IMoneyCaseStore>(new InMemoryMoneyCases(ledger)),
            configure);

    /// <summary>Starts silos over any storage.</summary>
    public static async Task<WalletCluster> StartAsync(
        Action<IServiceCollection> addStorage, Action<WalletOptions>? configure = null, short silos = 1)
    {
        ScriptedDevices devices = new();
        ScriptedNews news = new();
        ShiftedTime time = new();
        InProcessTestClusterBuilder builder = new(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddTestLog();
            silo.Services.AddShiftedTime(time);
            silo.Services.AddWalletGrains();
            // A test that is about rules brings its own.
            silo.Services.AddSingleton(MoneyRules.Unlimited);
            addStorage(silo.Services);
            silo.AddIncomingGrainCallFilter<StorageFailureFilter>();
            silo.Services.AddSingleton<IDeviceDirectory>(devices);
            silo.Services.AddSingleton<IPaymentNews>(news);
            silo.Services.Configure<WalletOptions>(options =>
            {
                options.ExpiryPause = TimeSpan.FromMilliseconds(100);
                options.RelayPause = TimeSpan.FromMilliseconds(100);
                options.RelayRetryPause = TimeSpan.FromMilliseconds(50);
                options.FirstRetryPause = TimeSpan.FromMilliseconds(1);
                // A test that lets two writers fight may lose more often than a wallet in life.
                options.DecisionAttempts = 20;
                configure?.Invoke(options);
            });
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new WalletCluster(cluster, devices, news, time);
    }

    /// <summary>Puts money into a person's wallet.</summary>
    public async Task FundAsync(UserId user, long minorUnits)
    {
        TransferDecided funded = await Grains.Wallet(Rail).Transfer(Order(WalletKey.Of(user, Euro), minorUnits, TransferReason.Deposit));
        if (funded.Status != WalletStatus.Accepted)
        {
            throw new InvalidOperationException($"The rail does not pay: {funded.Status}.");
        }
    }

    /// <summary>A command for one transfer.</summary>
    public static TransferMoney Order(
        WalletKey to, long minorUnits, TransferReason reason = TransferReason.Payment, TransferId? id = null, long expiresAtMs = 0)
    {
        TransferId command = id ?? TransferId.New();
        return new TransferMoney(command, Guid.Empty, [new TransferLeg(command, to, minorUnits, reason, expiresAtMs, Guid.Empty)]);
    }

    /// <summary>Takes a grain out of memory; the next call activates it anew.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <summary>Stops the silos. What they stored stays.</summary>
    public Task StopAsync() => _cluster.StopAllSilosAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _cluster.DisposeAsync();
    }
}
