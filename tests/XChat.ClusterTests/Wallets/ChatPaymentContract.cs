using NSec.Cryptography;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;
using XChat.Testing.Conversations;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>People in a group with wallets, whatever their money is stored in.</summary>
public abstract class ChatPaymentContract : IAsyncLifetime
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected ScriptedRoster Roster { get; } = new();

    protected ConversationId Group { get; } = ConversationId.New();

    protected WalletCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<WalletCluster> StartAsync();

    protected virtual ValueTask StopAsync() => ValueTask.CompletedTask;

    /// <summary>People who are in the group; the first has money.</summary>
    protected async Task<TestPayer[]> PeopleAsync(int count, long firstHas = 100_00)
    {
        List<TestPayer> people = [await TestPayer.CreateAsync(Cluster, firstHas)];
        for (int index = 1; index < count; index++)
        {
            people.Add(await TestPayer.CreateAsync(Cluster));
        }

        Roster.Put(Group, ConversationType.Group, [.. people.Select(person => person.User)]);
        return [.. people];
    }

    protected RedPacketOrder OrderOf(TestPayer payer, long minorUnits, int count, RedPacketMode mode) => new(
        payer.User.Value, payer.Device.Value, Guid.NewGuid(), Group.Value, new Money(minorUnits, WalletCluster.Euro), count, mode,
        Cluster.Time.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds());

    protected static CreateRedPacket Sign(TestPayer payer, RedPacketOrder order)
    {
        using Key key = ScriptedDevices.SigningKeyOf(payer.Device);
        byte[] bytes = order.Encode();
        return new CreateRedPacket(payer.Caller, bytes, RedPacketSignature.Sign(key, bytes));
    }

    protected IRedPacketGrain Packet(RedPacketOrder order) => Cluster.Grains.RedPacket(order.Packet);

    protected Task<RedPacketCreated> CreateAsync(TestPayer payer, RedPacketOrder order) => Packet(order).Create(Sign(payer, order));

    protected Task<RedPacketOpened> OpenAsync(TestPayer person, RedPacketOrder order) => Packet(order).Open(new OpenRedPacket(person.Caller));

    /// <summary>All money that people and packets hold comes from the rail and stays where somebody can find it.</summary>
    protected async Task<long> InCirculationAsync()
    {
        BalanceRead rail = await Cluster.Grains.Wallet(WalletCluster.Rail).Balance(new ReadBalance());
        return rail.DebitsPosted - rail.CreditsPosted;
    }
}
