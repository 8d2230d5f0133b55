using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Accounts;
using XChat.Testing.Accounts;

namespace XChat.ClusterTests.Accounts;

/// <summary>A test with a cluster of its own.</summary>
public abstract class AccountClusterTest(AccountStorage storage) : IAsyncLifetime
{
    protected AccountCluster Cluster { get; private set; } = null!;

    protected IAccountStore Store => Cluster.Services.GetRequiredService<IAccountStore>();

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Cluster = await storage.StartAsync(options =>
        {
            options.FollowUpPause = TimeSpan.FromMilliseconds(50);
            // The sweep runs when a test says so.
            options.SweepPause = TimeSpan.FromHours(1);
        });
        Cluster.Time.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
