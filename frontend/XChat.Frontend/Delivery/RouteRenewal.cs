using XChat.Frontend.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Delivery;

/// <summary>
/// Renews the routes of all users within ten seconds, a tenth each second, and closes connections whose session has run out. A frontend that
/// dies stops renewing, and its routes lapse.
/// </summary>
internal sealed partial class RouteRenewal(
    ConnectionRegistry connections, ConnectionRoutes routes, SessionVerification sessions, TimeProvider time, ILogger<RouteRenewal> logger)
    : BackgroundService
{
    private const int Slices = 10;

    // Calls in flight; more would only queue in the silos, before the calls of clients.
    private const int Parallelism = 32;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Tick, time);
        for (int slice = 0; await timer.WaitForNextTickAsync(stoppingToken); slice = (slice + 1) % Slices)
        {
            CloseExpired();
            if (slice == 0)
            {
                sessions.ForgetOld();
            }

            await RenewAsync(slice, stoppingToken);
        }
    }

    private void CloseExpired()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((_, ChatConnection[] some) in connections.Users)
        {
            foreach (ChatConnection connection in some)
            {
                if (connection.Session.ExpiresAt <= now)
                {
                    connection.EndSession();
                }
            }
        }
    }

    private async Task RenewAsync(int slice, CancellationToken stoppingToken)
    {
        IEnumerable<UserId> users = connections.Users.Select(user => user.Key).Where(user => SliceOf(user) == slice);
        int failed = 0;
        await Parallel.ForEachAsync(
            users,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = stoppingToken },
            async (user, _) =>
            {
                try
                {
                    await routes.RenewAsync(user);
                }
                catch (Exception problem)
                {
                    // The next round tries again; should the route lapse meanwhile, it is new then and the user is told to resync.
                    if (Interlocked.Increment(ref failed) == 1)
                    {
                        LogNotRenewed(problem.GetType().Name);
                    }
                }
            });
    }

    private static int SliceOf(UserId user) => unchecked((int)((uint)user.GetHashCode() % Slices));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Routes could not be renewed: {Cause}")]
    private partial void LogNotRenewed(string cause);
}
