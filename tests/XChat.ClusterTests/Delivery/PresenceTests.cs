using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Grains.Conversations;
using XChat.Grains.Delivery;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Testing;
using XChat.Testing.Accounts;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Delivery;

/// <summary>Where people are decides which frontends hear of an entry; what may have been missed is always said.</summary>
public sealed class PresenceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_goes_once_to_each_frontend_and_names_the_members_who_are_there()
    {
        await using ConversationCluster cluster = await StartAsync();
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 4);
        UserId[] users = [.. group.People.Select(person => person.User)];
        HeardFrontend left = await HeardFrontend.StartAsync(cluster);
        HeardFrontend right = await HeardFrontend.StartAsync(cluster);
        await left.ConnectAsync(users[0]);
        await left.ConnectAsync(users[1]);
        await right.ConnectAsync(users[1]);
        await right.ConnectAsync(users[2]);
        await right.ConnectAsync(UserId.New());

        EntryAppended sent = await group.SendAsync(group.People[3]);

        await Eventually.HoldsAsync(() => left.RecipientsOf(sent.Seq).Any() && right.RecipientsOf(sent.Seq).Any(), Cancelled);
        Assert.Equal([users[0], users[1]], Assert.Single(left.RecipientsOf(sent.Seq)));
        Assert.Equal([users[1], users[2]], Assert.Single(right.RecipientsOf(sent.Seq)));
    }

    [Fact]
    public async Task An_active_conversation_follows_people_who_come_and_go()
    {
        await using ConversationCluster cluster = await StartAsync();
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 2);
        UserId bob = group.People[1].User;
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        await frontend.ConnectAsync(group.People[0].User);
        EntryAppended before = await group.SendAsync(group.People[0]);
        await Eventually.HoldsAsync(() => frontend.RecipientsOf(before.Seq).Any(), Cancelled);

        await frontend.ConnectAsync(bob);
        EntryAppended there = await group.SendAsync(group.People[0]);
        await frontend.DisconnectAsync(bob);
        EntryAppended gone = await group.SendAsync(group.People[0]);

        await Eventually.HoldsAsync(() => frontend.RecipientsOf(gone.Seq).Any(), Cancelled);
        Assert.DoesNotContain(bob, Assert.Single(frontend.RecipientsOf(before.Seq)));
        Assert.Contains(bob, Assert.Single(frontend.RecipientsOf(there.Seq)));
        Assert.DoesNotContain(bob, Assert.Single(frontend.RecipientsOf(gone.Seq)));
    }

    [Fact]
    public async Task News_of_a_member_count_even_if_the_answer_to_an_older_question_comes_later()
    {
        LateAnswers late = new(nameof(IPresenceGrain.Watch));
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(
            new InMemoryConversations(), calls: late, configure: options => options.WatchPatience = Eventually.Patience);
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 2);
        UserId bob = group.People[1].User;
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        await Eventually.HoldsAsync(() => late.Held == 2, Cancelled);

        await frontend.ConnectAsync(bob);
        late.Release();
        EntryAppended sent = await group.SendAsync(group.People[0]);

        await Eventually.HoldsAsync(() => frontend.RecipientsOf(sent.Seq).Any(), Cancelled);
    }

    [Fact]
    public async Task A_route_that_is_not_renewed_lapses_and_conversations_are_told()
    {
        ShiftedTime time = new();
        time.Stop();
        // The conversation does not ask again: it has to be told.
        await using ConversationCluster cluster = await StartAsync(
            Patient, options => (options.RouteLease, options.WatchLease) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), time);
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 2);
        UserId bob = group.People[1].User;
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        await frontend.ConnectAsync(bob);
        EntryAppended there = await group.SendAsync(group.People[0]);
        await Eventually.HoldsAsync(() => frontend.RecipientsOf(there.Seq).Any(), Cancelled);

        time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(async () => (await WatchAsync(cluster, bob)).Frontends.Count == 0, Cancelled);

        // What goes to the other member there says for whom else it is.
        await frontend.ConnectAsync(group.People[0].User);
        await Eventually.HoldsAsync(
            async () =>
            {
                EntryAppended probe = await group.SendAsync(group.People[0]);
                await Eventually.HoldsAsync(() => frontend.RecipientsOf(probe.Seq).Any(), Cancelled);
                return !frontend.RecipientsOf(probe.Seq).Any(recipients => recipients.Contains(bob));
            },
            Cancelled);
        Assert.True((await frontend.ConnectAsync(bob)).New);
        Assert.False((await frontend.ConnectAsync(bob)).New);
    }

    [Fact]
    public async Task Presence_that_lost_its_memory_says_so_and_what_it_could_not_tell_becomes_a_resync()
    {
        await using ConversationCluster cluster = await StartAsync(
            conversations: options => options.LongestRenewal = TimeSpan.FromSeconds(1));
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 2);
        UserId bob = group.People[1].User;
        HeardFrontend old = await HeardFrontend.StartAsync(cluster);
        await old.ConnectAsync(bob);
        EntryAppended there = await group.SendAsync(group.People[0]);
        await Eventually.HoldsAsync(() => old.RecipientsOf(there.Seq).Any(), Cancelled);

        HeardFrontend next = await Eventually.GetAsync(ComeUntoldAsync, found => found.Heard.First().Kind == FrontendEventKind.Resync, Cancelled);

        Assert.Contains(bob, next.Heard.First().Recipients);
        EntryAppended after = await group.SendAsync(group.People[0]);
        await Eventually.HoldsAsync(() => next.RecipientsOf(after.Seq).Any(), Cancelled);

        // A conversation that asks again between the loss and the new frontend is told of it, and has nothing to make up for.
        async Task<HeardFrontend> ComeUntoldAsync()
        {
            HeardFrontend come = await HeardFrontend.StartAsync(cluster);
            await cluster.DeactivateAsync(cluster.Grains.Presence(bob));
            Assert.True((await old.ConnectAsync(bob)).New);
            await come.ConnectAsync(bob);
            await Eventually.HoldsAsync(
                async () =>
                {
                    await group.SendAsync(group.People[0]);
                    return come.Heard.Count > 0;
                },
                Cancelled);
            return come;
        }
    }

    [Fact]
    public async Task A_member_whose_presence_did_not_answer_is_asked_for_again_soon_and_told_to_read()
    {
        LostCalls lost = new(nameof(IPresenceGrain.Watch));
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(new InMemoryConversations(), calls: lost, configure: Patient);
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 2);
        UserId bob = group.People[1].User;
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        await frontend.ConnectAsync(bob);
        await group.SendAsync(group.People[0]);
        await Eventually.HoldsAsync(() => lost.Count >= 2, Cancelled);

        lost.NoMore();

        await Eventually.HoldsAsync(
            () => frontend.Heard.Any(heard => heard.Kind == FrontendEventKind.Resync && heard.Recipients.Contains(bob)), Cancelled);
        EntryAppended after = await group.SendAsync(group.People[0]);
        await Eventually.HoldsAsync(() => frontend.RecipientsOf(after.Seq).Any(), Cancelled);
    }

    [Fact]
    public async Task Nobody_waits_for_the_presence_of_another_member()
    {
        LateAnswers late = new(nameof(IPresenceGrain.Watch)) { Only = 1 };
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(new InMemoryConversations(), calls: late, configure: Patient);
        TestConversation group = await TestConversation.CreateAsync(cluster, people: 3);
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        foreach (Caller person in group.People)
        {
            await frontend.ConnectAsync(person.User);
        }

        EntryAppended sent = await group.SendAsync(group.People[0]);

        await Eventually.HoldsAsync(() => frontend.RecipientsOf(sent.Seq).Any(), Cancelled);
    }

    [Fact]
    public async Task Who_was_removed_while_it_was_asked_where_they_are_gets_nothing_any_more()
    {
        LateAnswers late = new(nameof(IPresenceGrain.Watch));
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(
            new InMemoryConversations(), calls: late, configure: options => options.WatchPatience = Eventually.Patience);
        TestConversation group = TestConversation.Of(cluster, people: 3);
        HeardFrontend frontend = await HeardFrontend.StartAsync(cluster);
        foreach (Caller person in group.People)
        {
            await frontend.ConnectAsync(person.User);
        }

        await group.Members.Create(group.Creation());
        await Eventually.HoldsAsync(() => late.Held == 3, Cancelled);
        EntryAppended removal = await group.CommitAsync(group.People[0], leaf: 0, removes: [2]);
        late.Release();
        EntryAppended sent = await group.SendAsync(group.People[0], epoch: 2);

        await Eventually.HoldsAsync(() => frontend.RecipientsOf(sent.Seq).Any(), Cancelled);
        Assert.Equal(ConversationStatus.Accepted, removal.Status);
        Assert.Equal([group.People[0].User, group.People[1].User], Assert.Single(frontend.RecipientsOf(sent.Seq)));
        await Eventually.HoldsAsync(
            () => frontend.Heard.Any(heard => heard.Kind == FrontendEventKind.Resync && heard.Recipients.Contains(group.People[2].User)), Cancelled);
    }

    [Fact]
    public async Task The_end_of_a_devices_sessions_is_told_wherever_its_user_is()
    {
        await using ConversationCluster cluster = await StartAsync();
        (UserId user, DeviceId device) = (UserId.New(), DeviceId.New());
        HeardFrontend left = await HeardFrontend.StartAsync(cluster);
        HeardFrontend right = await HeardFrontend.StartAsync(cluster);
        await left.ConnectAsync(user);
        await right.ConnectAsync(user);
        // A frontend that is gone holds nothing up.
        await cluster.Grains.Presence(user).Connect(new RegisterRoute(new FrontendId(Guid.NewGuid())));

        await cluster.Grains.Presence(user).EndSessions(new EndDeviceSessions(device));

        await Eventually.HoldsAsync(() => left.Heard.Count == 1 && right.Heard.Count == 1, Cancelled);
        Assert.All(left.Heard.Concat(right.Heard), heard => Assert.Equal(
            (FrontendEventKind.SessionEnded, user, device), (heard.Kind, heard.Recipients.Single(), heard.Device)));
    }

    [Fact]
    public async Task What_presence_remembers_is_bounded()
    {
        await using ConversationCluster cluster = await StartAsync(delivery: options => (options.WatchesPerUser, options.RoutesPerUser) = (2, 1));
        UserId user = UserId.New();
        HeardFrontend first = await HeardFrontend.StartAsync(cluster);
        HeardFrontend second = await HeardFrontend.StartAsync(cluster);

        RouteRegistered taken = await first.ConnectAsync(user);
        RouteRegistered tooMany = await second.ConnectAsync(user);
        RoutesFound[] found = [await WatchAsync(cluster, user), await WatchAsync(cluster, user), await WatchAsync(cluster, user)];

        Assert.Equal((true, false), (taken.New, tooMany.New));
        Assert.All(found, routes => Assert.Equal([first.Id], routes.Frontends));
        Assert.Equal([60, 60, 0], found.Select(routes => routes.LeaseSeconds));
    }

    [Fact]
    public async Task What_has_lapsed_takes_nobodys_room()
    {
        ShiftedTime time = new();
        time.Stop();
        await using ConversationCluster cluster = await StartAsync(
            delivery: options => (options.WatchesPerUser, options.RoutesPerUser) = (1, 2), time: time);
        UserId user = UserId.New();
        HeardFrontend[] frontends = [await HeardFrontend.StartAsync(cluster), await HeardFrontend.StartAsync(cluster), await HeardFrontend.StartAsync(cluster)];
        await frontends[0].ConnectAsync(user);
        await frontends[1].ConnectAsync(user);
        RoutesFound[] before = [await WatchAsync(cluster, user), await WatchAsync(cluster, user)];
        time.Advance(TimeSpan.FromSeconds(61));

        RouteRegistered renewed = await frontends[1].ConnectAsync(user);
        RouteRegistered come = await frontends[2].ConnectAsync(user);
        RouteRegistered tooMany = await frontends[0].ConnectAsync(user);

        RoutesFound after = await WatchAsync(cluster, user);
        Assert.Equal((true, true, false), (renewed.New, come.New, tooMany.New));
        Assert.Equal([60, 0, 60], [.. before.Select(found => found.LeaseSeconds), after.LeaseSeconds]);
        Assert.Equal([frontends[1].Id, frontends[2].Id], after.Frontends);
    }

    /// <summary>What has to happen soon does not come from the renewal of the watch.</summary>
    private static void Patient(ConversationOptions options) => options.LongestRenewal = TimeSpan.FromMinutes(10);

    private static Task<ConversationCluster> StartAsync(
        Action<ConversationOptions>? conversations = null, Action<DeliveryOptions>? delivery = null, ShiftedTime? time = null) =>
        ConversationCluster.StartAsync(
            new InMemoryConversations(),
            configure: options =>
            {
                // No answer is given up because the machine is slow.
                options.WatchPatience = Eventually.Patience;
                conversations?.Invoke(options);
            },
            configureDelivery: delivery,
            time: time);

    private static Task<RoutesFound> WatchAsync(ConversationCluster cluster, UserId user) =>
        cluster.Grains.Presence(user).Watch(new WatchRoutes(ConversationId.New()));
}
