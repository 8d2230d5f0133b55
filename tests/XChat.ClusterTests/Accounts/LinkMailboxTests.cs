using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Testing.Accounts;

namespace XChat.ClusterTests.Accounts;

/// <summary>The mailbox of a link: each step once, in order, for some minutes.</summary>
public sealed class LinkMailboxTests : IAsyncLifetime
{
    private AccountCluster _cluster = null!;

    private ILinkMailboxGrain Mailbox { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await AccountCluster.StartAsync(new InMemoryAccounts());
        Mailbox = _cluster.Grains.LinkMailbox(Guid.NewGuid());
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Each_step_is_put_once_and_in_order()
    {
        Assert.Equal(LinkMailboxStatus.Gone, await PutAsync(2, 1));
        Assert.Equal(LinkMailboxStatus.Accepted, await PutAsync(1, 1));
        Assert.Equal(LinkMailboxStatus.AlreadyAccepted, await PutAsync(1, 1));
        Assert.Equal(LinkMailboxStatus.Taken, await PutAsync(1, 2));
        Assert.Equal(LinkMailboxStatus.TooEarly, await PutAsync(3, 1));
        Assert.Equal(LinkMailboxStatus.TooEarly, await PutAsync(Limits.LinkSteps + 1, 1));
        Assert.Equal(LinkMailboxStatus.Accepted, await PutAsync(2, 2));
        Assert.Equal(LinkMailboxStatus.Taken, await PutAsync(2, 3));

        Assert.Equal([2], (await Mailbox.Read(new ReadLinkMessage(2))).Content);
        Assert.Equal((LinkMailboxStatus.Accepted, null), await ReadAsync(3));
    }

    [Fact]
    public async Task A_mailbox_is_gone_when_its_time_is_over_and_may_begin_anew()
    {
        Assert.Equal((LinkMailboxStatus.Gone, null), await ReadAsync(1));
        await PutAsync(1, 1);
        _cluster.Time.Advance(TimeSpan.FromSeconds(Limits.LinkSeconds + 1));

        Assert.Equal((LinkMailboxStatus.Gone, null), await ReadAsync(1));
        Assert.Equal(LinkMailboxStatus.Gone, await PutAsync(2, 2));
        Assert.Equal(LinkMailboxStatus.Accepted, await PutAsync(1, 9));
    }

    private async Task<LinkMailboxStatus> PutAsync(int step, byte content) => (await Mailbox.Put(new PutLinkMessage(step, [content]))).Status;

    private async Task<(LinkMailboxStatus, byte[]?)> ReadAsync(int step)
    {
        LinkMessageRead read = await Mailbox.Read(new ReadLinkMessage(step));
        return (read.Status, read.Content);
    }
}
