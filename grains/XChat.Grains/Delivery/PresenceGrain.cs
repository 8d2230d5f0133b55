using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Delivery;

/// <inheritdoc cref="IPresenceGrain"/>
/// <remarks>
/// Nothing here is kept. After a crash the frontends' renewals find their routes unknown and tell their clients to read the log; conversations
/// ask again when half of their lease is over.
/// </remarks>
[GrainType("presence")]
public sealed partial class PresenceGrain(
    IOptions<DeliveryOptions> options, PresenceRoutes board, DeliveryMetrics metrics, TimeProvider time, ILogger<PresenceGrain> logger)
    : Grain, IPresenceGrain, IPresenceUpkeepGrain
{
    private readonly DeliveryOptions _options = options.Value;
    private RouteLeases _routes = RouteLeases.None;

    // Most people who are connected are in no conversation that is active.
    private Leases<ConversationId>? _watches;

    private UserId User => new(this.GetPrimaryKey());

    private DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Show(RouteLeases.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<RouteRegistered> Connect(RegisterRoute request)
    {
        Show(_routes.Renew(request.Frontend, Now, _options.RouteLease, _options.RoutesPerUser, out LeaseRenewal renewal));
        ForgetWatches();
        if (renewal == LeaseRenewal.Begun)
        {
            await TellWatchersAsync();
        }

        return new RouteRegistered(renewal == LeaseRenewal.Begun, Seconds(_options.RouteLease));
    }

    /// <inheritdoc/>
    public Task Disconnect(RemoveRoute request)
    {
        bool counted = _routes.Live(Now).Contains(request.Frontend);
        Show(_routes.Remove(request.Frontend));
        return counted ? TellWatchersAsync() : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RoutesFound> Watch(WatchRoutes request)
    {
        // Whoever finds no room is not told of changes, and has to ask again at once.
        _watches ??= new(_options.WatchLease, _options.WatchesPerUser);
        bool watching = _watches.Renew(request.Conversation, Now) != LeaseRenewal.Full;
        return Task.FromResult(new RoutesFound(_routes.Live(Now), watching ? Seconds(_options.WatchLease) : 0));
    }

    /// <inheritdoc/>
    public Task ForgetLapsed()
    {
        DateTimeOffset now = Now;
        int lapsed = _routes.CountLapsed(now);
        Show(_routes.WithoutLapsed(now));
        metrics.RoutesLapsed(lapsed);
        return lapsed > 0 ? TellWatchersAsync() : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task EndSessions(EndDeviceSessions request) => Task.WhenAll(_routes.Live(Now).Select(frontend => EndSessionsAsync(frontend, request.Device)));

    /// <inheritdoc/>
    public Task TellWallet(WalletNews request) => Task.WhenAll(_routes.Live(Now).Select(frontend => this.GetStreamProvider(FrontendStreams.Provider)
        .GetStream<FrontendEvent>(FrontendStreams.Stripe(frontend, 0))
        .OnNextAsync(new FrontendEvent(FrontendEventKind.WalletChanged, default, [User], null, null, default, request))));

    /// <summary>A frontend that is not reached has no connection to close: its clients are refused when they come back.</summary>
    private async Task EndSessionsAsync(FrontendId frontend, DeviceId device)
    {
        try
        {
            // Any stripe will do: no order binds the end of a session to entries.
            await this.GetStreamProvider(FrontendStreams.Provider)
                .GetStream<FrontendEvent>(FrontendStreams.Stripe(frontend, 0))
                .OnNextAsync(new FrontendEvent(FrontendEventKind.SessionEnded, default, [User], null, null, device));
        }
        catch (Exception problem)
        {
            LogNotEnded(problem, User);
        }
    }

    /// <summary>Tells the active conversations where the user is now, some at a time. One in trouble asks again by itself.</summary>
    private async Task TellWatchersAsync()
    {
        RoutesChanged news = new(User, _routes.Live(Now));
        foreach (ConversationId[] some in (_watches?.Live(Now) ?? []).Chunk(_options.TellParallelism))
        {
            await Task.WhenAll(some.Select(conversation => TellAsync(conversation, news)));
        }
    }

    private async Task TellAsync(ConversationId conversation, RoutesChanged news)
    {
        try
        {
            await GrainFactory.RouteWatcher(conversation).RoutesChanged(news);
        }
        catch (Exception problem)
        {
            metrics.Untold();
            LogNotTold(problem, User);
        }
    }

    /// <summary>Lets others in this silo see where the user is.</summary>
    private void Show(RouteLeases routes)
    {
        board.Replace(User, _routes, routes);
        _routes = routes;
    }

    /// <summary>A conversation that is not active any more does not say so.</summary>
    private void ForgetWatches()
    {
        _watches?.ForgetLapsed(Now);
        if (_watches is { IsEmpty: true })
        {
            _watches = null;
        }
    }

    private static int Seconds(TimeSpan lease) => (int)lease.TotalSeconds;
}
