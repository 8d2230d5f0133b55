using Microsoft.Extensions.DependencyInjection;

using Orleans.Runtime.Placement;

using XChat.GrainInterfaces.Delivery;
using XChat.Grains.Delivery;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Accounts;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Delivery;

/// <summary>News for many people at once reach those who are connected, wherever their presence is, and wake nobody else's.</summary>
public sealed class PresenceBoardTests
{
    private static readonly Currency Euro = new("EUR");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_are_connected_hear_it_in_whichever_silo_they_are_and_nobody_else_becomes_active()
    {
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(new InMemoryConversations(), silos: 2);
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        UserId[] connected = [.. Enumerable.Range(0, 16).Select(_ => UserId.New())];
        UserId[] elsewhere = [.. Enumerable.Range(0, 16).Select(_ => UserId.New())];
        SiloAddress[] silos = [.. (await cluster.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, Cancelled)).Keys];
        SiloAddress[] places = [.. connected.Index().Select(person => silos[person.Index % 2])];
        await Task.WhenAll(connected.Zip(places, (user, silo) => ConnectAtAsync(frontend, user, silo)));

        PersonNews[] news = [.. connected.Concat(elsewhere).Select(NewsFor)];
        IReadOnlyList<bool> told = await TellAsync(cluster, news);

        Assert.DoesNotContain(false, told);
        await Eventually.HoldsAsync(() => frontend.Heard.Count >= connected.Length, Cancelled);
        Assert.Equal(
            news[..connected.Length].Order(ById),
            frontend.Heard.Select(heard => new PersonNews(heard.Recipients.Single(), Euro, heard.Wallet!.Transfer)).Order(ById));
        Assert.All(frontend.Heard, heard => Assert.Equal(FrontendEventKind.WalletChanged, heard.Kind));
        Assert.Equal(places, await WhereAsync(cluster, connected));
        Assert.All(await WhereAsync(cluster, elsewhere), Assert.Null);
    }

    [Fact]
    public async Task Who_left_is_not_told_and_who_comes_back_is()
    {
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(new InMemoryConversations());
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        (UserId user, UserId other) = (UserId.New(), UserId.New());
        await frontend.ConnectAsync(user);
        await frontend.ConnectAsync(other);
        PersonNews[] news = [.. Enumerable.Range(0, 4).Select(_ => NewsFor(user))];

        await TellAsync(cluster, news[0]);
        await frontend.DisconnectAsync(user);
        await TellAsync(cluster, news[1]);
        await frontend.ConnectAsync(user);
        await TellAsync(cluster, news[2]);
        await cluster.DeactivateAsync(cluster.Grains.Presence(user));
        await TellAsync(cluster, news[3]);
        PersonNews last = NewsFor(other);
        await TellAsync(cluster, last);

        await Eventually.HoldsAsync(() => frontend.Heard.Any(heard => heard.Wallet?.Transfer == last.Transfer), Cancelled);
        Assert.Equal(
            [news[0].Transfer, news[2].Transfer, last.Transfer], frontend.Heard.Select(heard => heard.Wallet!.Transfer));
    }

    [Fact]
    public async Task A_route_that_lapsed_is_nowhere_to_tell()
    {
        ShiftedTime time = new();
        time.Stop();
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(
            new InMemoryConversations(), configureDelivery: options => options.RouteLease = TimeSpan.FromSeconds(1), time: time);
        UserId user = UserId.New();
        // Nobody listens there, so that only the end of the lease makes the answer a yes.
        await cluster.Grains.Presence(user).Connect(new RegisterRoute(new FrontendId(Guid.NewGuid())));

        bool[] before = [.. await TellAsync(cluster, NewsFor(user))];

        Assert.Equal([false], before);
        time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(async () => (await TellAsync(cluster, NewsFor(user)))[0], Cancelled);
    }

    [Fact]
    public async Task A_frontend_that_is_not_reached_leaves_its_people_untold_and_nobody_else()
    {
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(new InMemoryConversations());
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        (UserId here, UserId lost) = (UserId.New(), UserId.New());
        await frontend.ConnectAsync(here);
        await cluster.Grains.Presence(lost).Connect(new RegisterRoute(new FrontendId(Guid.NewGuid())));

        IReadOnlyList<bool> told = await TellAsync(cluster, NewsFor(here), NewsFor(lost), NewsFor(UserId.New()));

        Assert.Equal([true, false, true], told);
        await Eventually.HoldsAsync(() => frontend.Heard.Count == 1, Cancelled);
    }

    [Fact]
    public async Task Where_a_silo_has_no_board_each_persons_presence_is_told()
    {
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(new InMemoryConversations(), calls: new NoBoards());
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        (UserId here, UserId lost) = (UserId.New(), UserId.New());
        await frontend.ConnectAsync(here);
        await cluster.Grains.Presence(lost).Connect(new RegisterRoute(new FrontendId(Guid.NewGuid())));

        IReadOnlyList<bool> told = await TellAsync(cluster, NewsFor(here), NewsFor(lost));

        Assert.Equal([true, false], told);
        await Eventually.HoldsAsync(() => frontend.Heard.Count == 1, Cancelled);
    }

    private static Comparer<PersonNews> ById => Comparer<PersonNews>.Create((left, right) => left.Transfer.Value.CompareTo(right.Transfer.Value));

    private static PersonNews NewsFor(UserId user) => new(user, Euro, TransferId.New());

    private static Task<IReadOnlyList<bool>> TellAsync(ConversationCluster cluster, params PersonNews[] news) =>
        cluster.Services.GetRequiredService<PresenceBoards>().TellAsync(news, Cancelled);

    /// <summary>Left to itself, a cluster may well put all of a few people in one silo.</summary>
    private static async Task ConnectAtAsync(HeardFrontend frontend, UserId user, SiloAddress silo)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        await frontend.ConnectAsync(user);
    }

    private static async Task<IReadOnlyList<SiloAddress?>> WhereAsync(ConversationCluster cluster, IEnumerable<UserId> users)
    {
        List<SiloAddress?> where = [];
        foreach (UserId user in users)
        {
            where.Add(await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(cluster.Grains.Presence(user)));
        }

        return where;
    }

    /// <summary>A silo of the version before, as far as its boards go.</summary>
    private sealed class NoBoards : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context) =>
            context.InterfaceMethod.DeclaringType == typeof(IPresenceBoard) ? throw new TimeoutException("No board here.") : context.Invoke();
    }
}
