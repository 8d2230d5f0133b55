using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What people rely on of red packets.</summary>
public abstract class RedPacketContract : ChatPaymentContract
{
    [Theory]
    [InlineData(RedPacketMode.Equal)]
    [InlineData(RedPacketMode.Lucky)]
    public async Task All_who_open_it_share_all_of_it(RedPacketMode mode)
    {
        TestPayer[] people = await PeopleAsync(4);
        RedPacketOrder order = OrderOf(people[0], 10_00, 3, mode);

        RedPacketCreated created = await CreateAsync(people[0], order);
        RedPacketOpened[] opened = await Task.WhenAll(people.Take(3).Select(person => OpenAsync(person, order)));
        RedPacketOpened late = await OpenAsync(people[3], order);

        Assert.Equal(RedPacketStatus.Accepted, created.Status);
        Assert.All(opened, one => Assert.Equal(RedPacketStatus.Accepted, one.Status));
        Assert.Equal(10_00, opened.Sum(one => one.MinorUnits));
        Assert.Equal(RedPacketStatus.AllTaken, late.Status);
        Assert.Equal(90_00 + opened[0].MinorUnits, await people[0].AvailableAsync());
        Assert.Equal(opened[1].MinorUnits, await people[1].AvailableAsync());
        if (mode == RedPacketMode.Equal)
        {
            Assert.Equal([3_34L, 3_33, 3_33], opened.Select(one => one.MinorUnits).OrderDescending());
        }

        Assert.Equal(100_00, await InCirculationAsync());
    }

    [Fact]
    public async Task Nobody_opens_it_twice_even_on_another_activation_and_all_at_once()
    {
        TestPayer[] people = await PeopleAsync(2);
        RedPacketOrder order = OrderOf(people[0], 10_00, 5, RedPacketMode.Lucky);
        await CreateAsync(people[0], order);

        RedPacketOpened[] opened = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(people[1], order)));
        await Cluster.DeactivateAsync(Packet(order));
        RedPacketOpened again = await OpenAsync(people[1], order);

        RedPacketOpened first = Assert.Single(opened, one => one.Status == RedPacketStatus.Accepted);
        Assert.All(opened.Where(one => one != first), one => Assert.Equal(first with { Status = RedPacketStatus.AlreadyOpened }, one));
        Assert.Equal(first with { Status = RedPacketStatus.AlreadyOpened }, again);
        Assert.Equal(first.MinorUnits, await people[1].AvailableAsync());
    }

    [Fact]
    public async Task One_more_than_there_are_shares_comes_too_late()
    {
        TestPayer[] people = await PeopleAsync(61);
        RedPacketOrder order = OrderOf(people[0], 60, 60, RedPacketMode.Lucky);
        await CreateAsync(people[0], order);

        RedPacketOpened[] opened = await Task.WhenAll(people.Select(person => OpenAsync(person, order)));

        Assert.Equal(60, opened.Count(one => one.Status == RedPacketStatus.Accepted));
        Assert.Equal(60, opened.Sum(one => one.MinorUnits));
        Assert.Single(opened, one => one.Status == RedPacketStatus.AllTaken);
        RedPacketDescription now = (await DescribeAsync(people[60], order)).Packet!;
        Assert.Equal((0L, true, 60), (now.LeftMinorUnits, now.Ended, now.Claims.Count));
    }

    [Fact]
    public async Task Only_members_open_or_see_it()
    {
        TestPayer[] people = await PeopleAsync(2);
        TestPayer stranger = await TestPayer.CreateAsync(Cluster);
        RedPacketOrder order = OrderOf(people[0], 10_00, 2, RedPacketMode.Equal);
        await CreateAsync(people[0], order);

        RedPacketOpened opened = await OpenAsync(stranger, order);
        RedPacketDescribed described = await DescribeAsync(stranger, order);
        RedPacketOpened none = await OpenAsync(people[1], order with { Packet = Guid.NewGuid() });

        Assert.Equal(RedPacketStatus.NotMember, opened.Status);
        Assert.Equal(new RedPacketDescribed(RedPacketStatus.NotMember, null), described);
        Assert.Equal(RedPacketStatus.NotMember, none.Status);
        Assert.Equal(0, await stranger.AvailableAsync());
    }

    [Fact]
    public async Task The_rest_goes_back_once_when_the_time_is_over()
    {
        TestPayer[] people = await PeopleAsync(3);
        RedPacketOrder order = OrderOf(people[0], 10_00, 3, RedPacketMode.Equal);
        await CreateAsync(people[0], order);
        RedPacketOpened opened = await OpenAsync(people[1], order);

        Cluster.Time.Advance(TimeSpan.FromSeconds(Limits.RedPacketSeconds) + TimeSpan.FromSeconds(1));
        RedPacketOpened late = await OpenAsync(people[2], order);
        await Eventually.HoldsAsync(async () => await people[0].AvailableAsync() == 100_00 - opened.MinorUnits, Cancelled);
        await Packet(order).Settle();
        Cluster.Time.Advance(TimeSpan.FromHours(1));
        await Packet(order).Settle();

        RedPacketDescription now = (await DescribeAsync(people[2], order)).Packet!;
        Assert.Equal(RedPacketStatus.Expired, late.Status);
        Assert.Equal((true, 6_66L), (now.Ended, now.RefundMinorUnits));
        Assert.Equal(100_00 - opened.MinorUnits, await people[0].AvailableAsync());
        Assert.Equal(RedPacketStatus.AlreadyOpened, (await OpenAsync(people[1], order)).Status);
    }

    [Fact]
    public async Task A_frozen_packet_pays_when_it_is_thawed_and_only_once()
    {
        TestPayer[] people = await PeopleAsync(2);
        RedPacketOrder order = OrderOf(people[0], 10_00, 2, RedPacketMode.Equal);
        await CreateAsync(people[0], order);
        IWalletGrain wallet = Cluster.Grains.Wallet(new WalletKey(WalletKind.RedPacket, order.Packet, WalletCluster.Euro));
        await wallet.Freeze(new FreezeWallet(true));

        await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync(people[1], order));
        Assert.Equal(0, await people[1].AvailableAsync());
        await wallet.Freeze(new FreezeWallet(false));
        // What a crash between the claim and its transfer leaves is the same: the sweep brings it.
        Cluster.Time.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(async () => await people[1].AvailableAsync() == 5_00, Cancelled);

        Assert.Equal((RedPacketStatus.AlreadyOpened, 5_00L), ((await OpenAsync(people[1], order)) is var again ? (again.Status, again.MinorUnits) : default));
        Assert.Equal(5_00, await people[1].AvailableAsync());
    }

    [Fact]
    public async Task The_same_order_fills_it_once_and_another_order_of_its_id_is_refused()
    {
        TestPayer[] people = await PeopleAsync(2);
        RedPacketOrder order = OrderOf(people[0], 10_00, 2, RedPacketMode.Equal);

        RedPacketCreated first = await CreateAsync(people[0], order);
        RedPacketCreated again = await CreateAsync(people[0], order);
        await Cluster.DeactivateAsync(Packet(order));
        RedPacketCreated later = await CreateAsync(people[0], order);
        RedPacketCreated other = await CreateAsync(people[0], order with { Count = 3 });

        Assert.Equal(RedPacketStatus.Accepted, first.Status);
        Assert.All([again, later], one => Assert.Equal(first with { Status = RedPacketStatus.AlreadyAccepted }, one));
        Assert.Equal(RedPacketStatus.IdReusedWithDifferentContent, other.Status);
        Assert.Equal(90_00, await people[0].AvailableAsync());
    }

    [Fact]
    public async Task Each_bad_order_has_its_own_status_and_moves_nothing()
    {
        TestPayer[] people = await PeopleAsync(2);
        TestPayer stranger = await TestPayer.CreateAsync(Cluster, 50_00);
        ConversationId direct = ConversationId.New();
        Roster.Put(direct, ConversationType.Direct, people[0].User, people[1].User);
        RedPacketOrder order = OrderOf(people[0], 10_00, 2, RedPacketMode.Equal);
        CreateRedPacket signed = Sign(people[0], order);
        long now = Cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();

        async Task<RedPacketStatus> Try(CreateRedPacket request) => (await Packet(order).Create(request)).Status;
        Task<RedPacketStatus> TryOrder(RedPacketOrder changed) => Try(Sign(people[0], changed));
        Assert.Equal(RedPacketStatus.OrderInvalid, await Try(signed with { Order = [1, 2, 3] }));
        Assert.Equal(RedPacketStatus.OrderInvalid, await TryOrder(order with { Packet = Guid.NewGuid() }));
        Assert.Equal(RedPacketStatus.NotAllowed, await Try(signed with { Caller = people[1].Caller }));
        Assert.Equal(RedPacketStatus.SignatureInvalid, await Try(signed with { Signature = Sign(people[1], order).Signature }));
        Assert.Equal(RedPacketStatus.OrderExpired, await TryOrder(order with { ExpiresAtMs = now }));
        Assert.Equal(RedPacketStatus.OrderExpired, await TryOrder(order with { ExpiresAtMs = now + 90_000_000 }));
        Assert.Equal(RedPacketStatus.CountInvalid, await TryOrder(order with { Count = 0 }));
        Assert.Equal(RedPacketStatus.CountInvalid, await TryOrder(order with { Count = 1001 }));
        Assert.Equal(RedPacketStatus.AmountInvalid, await TryOrder(order with { Amount = new Money(1, WalletCluster.Euro) }));
        Assert.Equal(RedPacketStatus.AmountInvalid, await TryOrder(order with { Amount = new Money(-5, WalletCluster.Euro) }));
        Assert.Equal(RedPacketStatus.AmountTooLarge, await TryOrder(order with { Amount = new Money(long.MaxValue, WalletCluster.Euro) }));
        Assert.Equal(RedPacketStatus.NotMember, await TryOrder(order with { Conversation = Guid.NewGuid() }));
        Assert.Equal(RedPacketStatus.NotMember, await Try(Sign(stranger, order with { Payer = stranger.User.Value, Device = stranger.Device.Value })));
        Assert.Equal(RedPacketStatus.NotGroup, await TryOrder(order with { Conversation = direct.Value }));
        RedPacketOrder dear = order with { Packet = Guid.NewGuid(), Amount = new Money(100_01, WalletCluster.Euro) };
        RedPacketCreated refused = await CreateAsync(people[0], dear);

        Assert.Equal((RedPacketStatus.FundingRefused, WalletStatus.InsufficientFunds), (refused.Status, refused.Funding));
        Assert.Equal(refused, await CreateAsync(people[0], dear));
        Assert.Equal(RedPacketStatus.NotMember, (await OpenAsync(people[1], dear)).Status);
        Assert.Equal((100_00, 50_00), (await people[0].AvailableAsync(), await stranger.AvailableAsync()));
    }

    private Task<RedPacketDescribed> DescribeAsync(TestPayer person, RedPacketOrder order) => Packet(order).Describe(new DescribeRedPacket(person.Caller));
}
