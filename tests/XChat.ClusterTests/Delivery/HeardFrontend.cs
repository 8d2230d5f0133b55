using System.Collections.Concurrent;

using Orleans.Streams;

using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Delivery;

/// <summary>One run of a frontend, as far as the grains see it: an id, its streams, and what came over them.</summary>
internal sealed class HeardFrontend : IAsyncBatchObserver<FrontendEvent>
{
    private readonly ConcurrentQueue<FrontendEvent> _heard = new();
    private readonly ConversationCluster _cluster;

    private HeardFrontend(ConversationCluster cluster) => _cluster = cluster;

    public FrontendId Id { get; } = new(Guid.CreateVersion7());

    public IReadOnlyCollection<FrontendEvent> Heard => _heard;

    public static async Task<HeardFrontend> StartAsync(ConversationCluster cluster)
    {
        HeardFrontend frontend = new(cluster);
        for (int stripe = 0; stripe < FrontendStreams.Stripes; stripe++)
        {
            await cluster.Grains.GetStreamProvider(FrontendStreams.Provider)
                .GetStream<FrontendEvent>(FrontendStreams.Stripe(frontend.Id, stripe))
                .SubscribeAsync(frontend);
        }

        return frontend;
    }

    /// <summary>A connection of the user opens here.</summary>
    public Task<RouteRegistered> ConnectAsync(UserId user) => _cluster.Grains.Presence(user).Connect(new RegisterRoute(Id));

    /// <summary>The user's last connection here closes.</summary>
    public Task DisconnectAsync(UserId user) => _cluster.Grains.Presence(user).Disconnect(new RemoveRoute(Id));

    /// <summary>The recipients that were named for an entry, one set for each event.</summary>
    public IEnumerable<HashSet<UserId>> RecipientsOf(long seq) =>
        _heard.Where(heard => heard.Entry?.Seq == seq).Select(heard => heard.Recipients.ToHashSet());

    public Task OnNextAsync(IList<SequentialItem<FrontendEvent>> items)
    {
        foreach (SequentialItem<FrontendEvent> item in items)
        {
            _heard.Enqueue(item.Item);
        }

        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
