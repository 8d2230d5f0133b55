using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.History;
using XChat.Client.Store;
using XChat.Crypto.Identity;
using XChat.Protocol.Conversations;
using XChat.Protocol.History;
using XChat.Testing;

namespace XChat.UnitTests.Client;

/// <summary>What devices keep for each other reaches a new one, and a server that changes it is found out.</summary>
public sealed class HistoryTests : IAsyncDisposable
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
    public async Task A_new_device_reads_what_was_said_before_it_came()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await TalkAsync("one", "two");
        await alice.Client.RenameAsync(await GroupAsync(alice, bob), "the team", Cancelled);
        await alice.Client.SyncHistoryAsync(Cancelled);

        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        HistoryReport report = await phone.Client.SyncHistoryAsync(Cancelled);

        await phone.ReadsAsync(chat, "one", "two");
        // The name comes with the group, once a member's device has let this one in.
        await Eventually.HoldsAsync(
            async () => (await phone.Client.ConversationsAsync(Cancelled)).Any(one => one.Name == "the team"), Cancelled);
        Assert.Equal("@bob", (await phone.Client.ConversationAsync(chat, Cancelled)).Name);
        Assert.Equal(0, report.Unreadable);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void The_name_that_was_given_last_stands_however_the_history_is_read(params int[] order)
    {
        using TemporaryProfile profile = new();
        using ProfileStore store = ProfileStore.Open(profile.Path);
        Guid group = Guid.NewGuid();

        foreach (int seq in order)
        {
            HistoryConversation told = new(group, ConversationType.Group, Guid.NewGuid(), $"name of entry {seq}", Guid.Empty, 0, seq);
            store.Write(transaction => HistoryRestore.Apply(transaction, new HistoryContent([], [], [told], null), Guid.NewGuid()));
        }

        Assert.Equal("name of entry 3", store.Read(transaction => transaction.Conversation(group))!.Name);
    }

    [Fact]
    public void A_renaming_that_was_kept_before_it_took_effect_takes_effect_where_it_is_restored()
    {
        using TemporaryProfile profile = new();
        using ProfileStore store = ProfileStore.Open(profile.Path);
        Guid group = Guid.NewGuid();
        HistoryConversation told = new(group, ConversationType.Group, Guid.NewGuid(), "before", Guid.Empty, 0, 2);
        StoredMessage renaming = new(
            group, 3, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), 1_000, 0, MessageKind.Content,
            ContentCodec.Write(new GroupNameContent("after")), [], 0);

        store.Write(transaction => HistoryRestore.Apply(transaction, new HistoryContent([renaming], [], [told], null), Guid.NewGuid()));

        Assert.Equal("after", store.Read(transaction => transaction.Conversation(group))!.Name);
    }

    [Fact]
    public async Task Devices_that_keep_at_once_keep_everything_and_hardly_anything_twice()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await TalkAsync("before");
        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        await phone.StageAsync(chat, ConversationStage.Joined);
        await alice.Client.SyncHistoryAsync(Cancelled);
        for (int turn = 0; turn < 5; turn++)
        {
            await bob.SendAsync(chat, $"to both {turn}");
        }

        await phone.ReadsAsync(chat, [.. Enumerable.Range(0, 5).Select(turn => $"to both {turn}")]);
        await alice.ReadsAsync(chat, ["before", .. Enumerable.Range(0, 5).Select(turn => $"to both {turn}")]);
        await Task.WhenAll(alice.Client.SyncHistoryAsync(Cancelled), phone.Client.SyncHistoryAsync(Cancelled));
        TestDevice tablet = await KeepAsync(alice.LinkAnotherAsync());

        await phone.ReadsAsync(chat, ["before", .. Enumerable.Range(0, 5).Select(turn => $"to both {turn}")]);
        await tablet.ReadsAsync(chat, ["before", .. Enumerable.Range(0, 5).Select(turn => $"to both {turn}")]);
        Assert.InRange((await alice.Client.SyncHistoryAsync(Cancelled)).Segments, 2, 6);
    }

    [Fact]
    public async Task A_new_device_reads_also_what_was_kept_under_the_keys_of_before_a_revocation()
    {
        (TestDevice alice, _, Guid chat) = await TalkAsync("one", "two");
        await alice.Client.SyncHistoryAsync(Cancelled);
        for (int turn = 0; turn < 2; turn++)
        {
            TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
            await alice.Client.RevokeDeviceAsync(phone.Client.Self!.Device, null, Cancelled);
            await alice.Client.SyncHistoryAsync(Cancelled);
        }

        TestDevice tablet = await KeepAsync(alice.LinkAnotherAsync());
        HistoryReport report = await tablet.Client.SyncHistoryAsync(Cancelled);

        await tablet.ReadsAsync(chat, "one", "two");
        Assert.Equal(0, report.Unreadable);
    }

    [Fact]
    public async Task A_revoked_device_opens_nothing_that_is_kept_later()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await TalkAsync("one");
        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        byte[] stolen = phone.Account.Root;
        await alice.Client.RevokeDeviceAsync(phone.Client.Self!.Device, null, Cancelled);
        await bob.SendAsync(chat, "later");
        await alice.ReadsAsync(chat, "one", "later");
        await alice.Client.SyncHistoryAsync(Cancelled);

        using AccountKeys keys = AccountKeys.FromRoot(stolen);
        using Crypto.History.HistoryKey key = Crypto.History.HistoryKey.Of(keys);
        ReadHistoryResult all = _server.ReadHistory(alice.User, new ReadHistoryRequest(0, 0));

        Assert.NotEmpty(all.Segments);
        Assert.All(all.Segments, segment => Assert.Null(key.Open(alice.User, segment.Number, segment.Segment)));
    }

    [Fact]
    public async Task A_message_that_was_deleted_or_disappears_does_not_come_back()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await TalkAsync("wrong", "right");
        await alice.Client.SyncHistoryAsync(Cancelled);
        long seq = (await alice.Client.ReadAsync(chat, 0, 50, Cancelled)).First(message => message.Text == "wrong").Seq;
        await bob.Client.DeleteAsync(chat, seq, Cancelled);
        await alice.ReadsAsync(chat, "right");
        await alice.Client.SyncHistoryAsync(Cancelled);

        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        await phone.Client.SyncHistoryAsync(Cancelled);

        await phone.ReadsAsync(chat, "right");
    }

    [Fact]
    public async Task A_history_that_went_back_or_was_exchanged_is_said_and_not_used()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await TalkAsync("one");
        await alice.Client.SyncHistoryAsync(Cancelled);

        _server.HistoryPage = page => page with { HeadNumber = page.HeadNumber - 1 };
        XChatException back = await Assert.ThrowsAsync<XChatException>(() => alice.Client.SyncHistoryAsync(Cancelled));
        await alice.WarningAsync(SecurityWarningKind.HistoryRolledBack);

        _server.HistoryPage = page => page with { Segments = [.. page.Segments.Select(part => part with { Segment = Flipped(part.Segment, 100) })] };
        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        await phone.WarningAsync(SecurityWarningKind.HistoryForged);
        _server.HistoryPage = page => page;
        await phone.Client.SyncHistoryAsync(Cancelled);
        await phone.ReadsAsync(chat, "one");
        await bob.SendAsync(chat, "two");
        await alice.ReadsAsync(chat, "one", "two");
        await alice.Client.SyncHistoryAsync(Cancelled);
        _server.HistoryPage = page => page with { Segments = [.. page.Segments.Select(part => part with { Segment = Elsewhere(alice, part.Number) })] };

        XChatException forked = await Assert.ThrowsAsync<XChatException>(() => phone.Client.SyncHistoryAsync(Cancelled));
        Assert.Equal((ClientErrorReason.Security, ClientErrorReason.Security), (back.Reason, forked.Reason));
    }

    [Fact]
    public async Task A_file_takes_everything_to_another_device_and_nobody_else_reads_it()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await TalkAsync("one", "two");
        using TemporaryProfile folder = new();
        string path = Path.Combine(folder.Path, "history.xchat");
        Directory.CreateDirectory(folder.Path);

        int written = await alice.Client.ExportHistoryAsync(path, "a long passphrase", Cancelled);
        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        foreach ((TestDevice device, string passphrase) in new[] { (phone, "another"), (bob, "a long passphrase") })
        {
            Assert.Equal(
                ClientErrorReason.InvalidInput,
                (await Assert.ThrowsAsync<XChatException>(() => device.Client.ImportHistoryAsync(path, passphrase, Cancelled))).Reason);
        }

        int read = await phone.Client.ImportHistoryAsync(path, "a long passphrase", Cancelled);

        await phone.ReadsAsync(chat, "one", "two");
        Assert.InRange(read, 2, written);
        Assert.Equal(0, await phone.Client.ImportHistoryAsync(path, "a long passphrase", Cancelled));
        await Assert.ThrowsAsync<XChatException>(() => alice.Client.ExportHistoryAsync(path, "over it", Cancelled));
        byte[] whole = await File.ReadAllBytesAsync(path, Cancelled);
        foreach (byte[] damaged in new[] { whole[..^10], [.. whole, 0], Flipped(whole, whole.Length - 20), Flipped(whole, 60), whole[..20] })
        {
            await File.WriteAllBytesAsync(path, damaged, Cancelled);
            await Assert.ThrowsAsync<XChatException>(() => phone.Client.ImportHistoryAsync(path, "a long passphrase", Cancelled));
        }
    }

    /// <summary>A segment that a device of Alice's could have made, and that does not follow what the phone has seen.</summary>
    private static byte[] Elsewhere(TestDevice alice, long number)
    {
        using AccountKeys keys = AccountKeys.FromRoot(alice.Account.Root);
        using Crypto.History.HistoryKey key = Crypto.History.HistoryKey.Of(keys);
        return key.Seal(alice.User, number, new byte[32], [0x95, 0x90, 0x90, 0x90, 0xc0, 0xc2]);
    }

    private static byte[] Flipped(byte[] bytes, int index)
    {
        byte[] copy = [.. bytes];
        copy[index] ^= 1;
        return copy;
    }

    private static async Task<Guid> GroupAsync(TestDevice alice, TestDevice bob)
    {
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        return group;
    }

    private async Task<(TestDevice Alice, TestDevice Bob, Guid Chat)> TalkAsync(params string[] texts)
    {
        TestDevice alice = await KeepAsync(TestDevice.OnlineAsync(_server, "alice"));
        TestDevice bob = await KeepAsync(TestDevice.OnlineAsync(_server, "bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        foreach (string text in texts)
        {
            await bob.SendAsync(chat, text);
        }

        await alice.ReadsAsync(chat, texts);
        return (alice, bob, chat);
    }

    private async Task<TestDevice> KeepAsync(Task<TestDevice> made)
    {
        TestDevice device = await made;
        _devices.Add(device);
        return device;
    }
}
