using XChat.Client;
using XChat.Client.Conversations;

namespace XChat.UnitTests.Client;

/// <summary>Devices that talk to each other through a server that follows the real rules.</summary>
public sealed class ConversationTests : IAsyncDisposable
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
    public async Task Two_people_talk_both_ways()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();

        ChatMessage sent = await alice.SendAsync(chat, "hello bob");
        await bob.ReadsAsync(chat, "hello bob");
        await bob.SendAsync(chat, "hello alice");
        await alice.ReadsAsync(chat, "hello bob", "hello alice");

        Assert.Equal(2, sent.Seq);
        Assert.True(sent.Own);
        IReadOnlyList<ChatMessage> read = await bob.Client.ReadAsync(chat, 0, 10, Cancelled);
        Assert.Equal("@alice", read.First(message => message.Text == "hello bob").Sender);
    }

    [Fact]
    public async Task What_was_written_offline_is_sent_in_order_by_the_next_process()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        alice.Disconnect();
        for (int number = 1; number <= 4; number++)
        {
            await alice.Client.QueueAsync(chat, new TextContent($"{number}"), Cancelled);
        }

        await alice.EndAsync();
        await alice.OpenAsync();
        await alice.ConnectAsync();

        await bob.ReadsAsync(chat, "1", "2", "3", "4");
        await alice.ReadsAsync(chat, "1", "2", "3", "4");
    }

    [Fact]
    public async Task What_arrives_while_offline_is_read_from_the_log()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        bob.Disconnect();
        for (int number = 0; number < 250; number++)
        {
            await alice.SendAsync(chat, $"{number}");
        }

        await bob.EndAsync();
        await bob.OpenAsync();
        await bob.ConnectAsync();

        await bob.ReadsAsync(chat, [.. Enumerable.Range(0, 250).Select(number => $"{number}")]);
    }

    [Fact]
    public async Task A_push_that_was_lost_is_made_good_by_the_next_one()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        _server.Push = _ => null;
        await alice.SendAsync(chat, "lost push");
        _server.Push = entry => entry;
        await alice.SendAsync(chat, "next");

        await bob.ReadsAsync(chat, "lost push", "next");
    }

    [Fact]
    public async Task A_resync_mark_is_made_good_by_reading_the_logs()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        _server.Push = _ => null;
        await alice.SendAsync(chat, "unheard");

        await bob.Client.Sync.Resync();

        await bob.ReadsAsync(chat, "unheard");
    }

    [Fact]
    public async Task An_own_message_shows_that_no_push_comes_and_the_log_is_read()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        _server.Push = _ => null;
        await alice.SendAsync(chat, "unheard");

        await bob.SendAsync(chat, "own");

        await bob.ReadsAsync(chat, "unheard", "own");
    }

    [Fact]
    public async Task Both_may_open_the_same_conversation_at_once()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));

        Guid[] opened = await Task.WhenAll(alice.OpenDirectAsync(bob), bob.OpenDirectAsync(alice));
        await alice.StageAsync(opened[0], ConversationStage.Joined);
        await bob.StageAsync(opened[0], ConversationStage.Joined);
        await Task.WhenAll(alice.SendAsync(opened[0], "one"), bob.SendAsync(opened[0], "two"));

        Assert.Equal(opened[0], opened[1]);
        await Testing.Eventually.HoldsAsync(
            async () => (await alice.TextsAsync(opened[0])).Length == 2 && (await bob.TextsAsync(opened[0])).Length == 2, Cancelled);
        Assert.Equal(await alice.TextsAsync(opened[0]), await bob.TextsAsync(opened[0]));
    }

    [Fact]
    public async Task A_group_has_a_name_that_newcomers_learn_and_the_server_does_not()
    {
        (TestDevice alice, TestDevice bob, TestDevice carol) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("carol"));
        Guid group = await alice.Client.CreateGroupAsync("climbers", ["@bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        await alice.SendAsync(group, "before carol");

        await alice.Client.AddAsync(group, ["@carol", "@bob"], Cancelled);
        await carol.StageAsync(group, ConversationStage.Joined);
        await bob.SendAsync(group, "welcome");

        await carol.ReadsAsync(group, "welcome");
        await bob.ReadsAsync(group, "before carol", "welcome");
        await Testing.Eventually.HoldsAsync(
            async () => (await carol.Client.ConversationsAsync(Cancelled)).Any(info => info.Name == "climbers" && info.Id == group), Cancelled);
        Assert.DoesNotContain(_server.Conversation(group).Log, entry => entry.Payload.AsSpan().IndexOf("climbers"u8) >= 0);
    }

    [Fact]
    public async Task A_removed_person_reads_nothing_more_and_after_coming_back_only_what_follows()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        await alice.SendAsync(group, "first");
        await bob.ReadsAsync(group, "first");

        await alice.Client.RemoveAsync(group, "@bob", Cancelled);
        await bob.StageAsync(group, ConversationStage.Left);
        await alice.SendAsync(group, "behind his back");
        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => bob.SendAsync(group, "hello?"));
        await alice.Client.AddAsync(group, ["@bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        await alice.SendAsync(group, "again");

        Assert.Equal(ClientErrorReason.NotFound, refused.Reason);
        await bob.ReadsAsync(group, "first", "again");
    }

    [Fact]
    public async Task Who_leaves_is_taken_out_of_the_encryption_by_those_who_stay()
    {
        (TestDevice alice, TestDevice bob, TestDevice carol) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("carol"));
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob", "carol"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        await carol.StageAsync(group, ConversationStage.Joined);

        await bob.Client.LeaveAsync(group, Cancelled);

        await bob.StageAsync(group, ConversationStage.Left);
        await Testing.Eventually.HoldsAsync(() => _server.Conversation(group).State!.Leaves.Count == 2, Cancelled);
        await carol.SendAsync(group, "bob is gone");
        await alice.ReadsAsync(group, "bob is gone");
    }

    [Fact]
    public async Task A_new_device_is_let_in_by_whoever_is_online_and_reads_what_follows()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        await alice.SendAsync(chat, "to one device");

        TestDevice second = await bob.LinkAnotherAsync();
        _devices.Add(second);
        await second.StageAsync(chat, ConversationStage.Joined);
        await alice.SendAsync(chat, "to both");
        await bob.SendAsync(chat, "from the first");

        await second.ReadsAsync(chat, "to both", "from the first");
        await alice.ReadsAsync(chat, "to one device", "to both", "from the first");
    }

    [Fact]
    public async Task A_message_deleted_for_everyone_is_gone_for_everyone()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        ChatMessage regretted = await alice.SendAsync(chat, "oops");
        await alice.SendAsync(chat, "kept");
        await bob.ReadsAsync(chat, "oops", "kept");

        await alice.Client.DeleteAsync(chat, regretted.Seq, Cancelled);

        await bob.ReadsAsync(chat, "kept");
        await alice.ReadsAsync(chat, "kept");
    }

    [Fact]
    public async Task The_private_keys_of_a_used_key_package_are_deleted()
    {
        TestDevice bob = await OnlineAsync("bob");
        int before = bob.Client.Store.Read(transaction => transaction.KeyPackages()).Count;
        TestDevice alice = await OnlineAsync("alice");

        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);

        await Testing.Eventually.HoldsAsync(() => bob.Client.Store.Read(transaction => transaction.KeyPackages()).Count == before - 1, Cancelled);
    }

    private async Task<TestDevice> OnlineAsync(string handle)
    {
        TestDevice device = await TestDevice.OnlineAsync(_server, handle);
        _devices.Add(device);
        return device;
    }

    private async Task<(TestDevice Alice, TestDevice Bob, Guid Chat)> PairAsync()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        return (alice, bob, chat);
    }
}
