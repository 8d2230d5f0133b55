using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Crypto.Franking;
using XChat.Crypto.Mls;
using XChat.Protocol.Conversations;
using XChat.Protocol.Reports;
using XChat.Testing;

namespace XChat.UnitTests.Client;

/// <summary>What was sent can be shown to the operator, and nothing else can.</summary>
public sealed class ReportTests : IAsyncDisposable
{
    private readonly RuledServer _server = new();
    private readonly List<TestDevice> _devices = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (TestDevice device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_message_that_was_received_can_be_reported_and_the_own_one_cannot()
    {
        (TestDevice alice, TestDevice bob, Guid chat, long seq) = await TalkAsync();

        await bob.Client.ReportAsync(chat, seq, "insults", Cancelled);

        ReportMessageRequest sent = Assert.IsType<ReportMessageRequest>(_server.Calls.Last(call => call.Method == "ReportMessage").Request);
        Assert.Equal("something bad", Assert.IsType<TextContent>(ContentCodec.Read(sent.Content)).Text);
        Assert.Equal(ClientErrorReason.NotFound, (await RefusedAsync(() => alice.Client.ReportAsync(chat, seq, "", Cancelled))).Reason);
        Assert.Equal(ClientErrorReason.NotFound, (await RefusedAsync(() => bob.Client.ReportAsync(chat, 999, "", Cancelled))).Reason);
    }

    [Fact]
    public async Task The_server_refuses_what_was_not_sent_by_whom_and_where_it_is_said()
    {
        (_, TestDevice bob, Guid chat, long seq) = await TalkAsync();
        byte[] content = bob.Client.Store.Read(transaction => transaction.Message(chat, seq))!.Content;
        byte[] key = ContentCodec.FrankKeyOf(content)!;
        byte[] invented = ContentCodec.Write(new TextContent("something worse"));
        RuledHub hub = _server.Connect(bob.User, bob.Client.Self!.Device, bob.Client.Sync);

        Assert.Equal(ReportStatus.Accepted, await ReportAsync(hub, chat, seq, content, key));
        Assert.Equal(ReportStatus.Forged, await ReportAsync(hub, chat, seq, invented, key));
        Assert.Equal(ReportStatus.Forged, await ReportAsync(hub, chat, seq, invented, ContentCodec.FrankKeyOf(invented)!));
        Assert.Equal(ReportStatus.Forged, await ReportAsync(hub, chat, seq, content, MessageFrank.NewKey()));
        Assert.Equal(ReportStatus.Forged, await ReportAsync(hub, chat, seq + 1, content, key));
        Assert.Equal(ReportStatus.NotFound, await ReportAsync(hub, chat, 1, content, key));
        Assert.Equal(ReportStatus.NotFound, await ReportAsync(hub, chat, 999, content, key));
    }

    [Fact]
    public async Task A_message_that_could_not_be_reported_is_not_shown()
    {
        (TestDevice alice, TestDevice bob, Guid chat, _) = await TalkAsync();
        byte[] content = ContentCodec.Write(new TextContent("deniable"));
        using DeviceKeys keys = new(alice.Account);
        using MlsGroup group = MlsGroup.Deserialize(alice.Client.Store.Read(transaction => transaction.Group(chat))!, keys.Signing);
        RuledHub hub = _server.Connect(alice.User, keys.Device, alice.Client.Sync);
        foreach (byte[]? frankKey in new[] { null, MessageFrank.NewKey() })
        {
            Guid message = Guid.CreateVersion7();
            byte[] data = frankKey is null ? message.ToByteArray(bigEndian: true) : MessageFrank.AuthenticatedData(frankKey, chat, message, content);
            EntryResult sent = await hub.SendMessage(new SendMessageRequest(chat, message, group.Encrypt(content, data, 512)));
            Assert.Equal(ConversationStatus.Accepted, sent.Status);
        }

        await Eventually.HoldsAsync(
            async () => (await bob.Client.ReadAsync(chat, 0, 50, Cancelled)).Count(line => line.Kind == MessageKind.Undecryptable) == 2, Cancelled);
        await bob.ReadsAsync(chat, "something bad", "and more");
    }

    private static async Task<ReportStatus> ReportAsync(RuledHub hub, Guid chat, long seq, byte[] content, byte[] key) =>
        (await hub.ReportMessage(new ReportMessageRequest(chat, seq, content, key, "because"))).Status;

    private static Task<XChatException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<XChatException>(call);

    private async Task<(TestDevice Alice, TestDevice Bob, Guid Chat, long Seq)> TalkAsync()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        long seq = (await alice.SendAsync(chat, "something bad")).Seq;
        await alice.SendAsync(chat, "and more");
        await bob.ReadsAsync(chat, "something bad", "and more");
        return (alice, bob, chat, seq);
    }

    private async Task<TestDevice> OnlineAsync(string handle)
    {
        TestDevice device = await TestDevice.OnlineAsync(_server, handle);
        _devices.Add(device);
        return device;
    }
}
