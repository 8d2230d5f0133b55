using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Protocol.Conversations;
using XChat.Testing;

namespace XChat.UnitTests.Client;

/// <summary>Lost requests, lost answers, processes that end half-way: nothing is lost, nothing is doubled, no key is used twice.</summary>
public sealed class UnknownOutcomeTests : IAsyncDisposable
{
    private static readonly XChatException Lost = new(ClientErrorReason.ServerUnreachable, "lost");

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
    public async Task A_lost_answer_leads_to_the_same_bytes_again_and_one_message()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        int lost = 0;
        _server.Push = _ => null;
        _server.OnAnswer = (_, method) => Lose(method == "SendMessage" && lost++ < 2);

        ChatMessage sent = await alice.SendAsync(chat, "once");

        SendMessageRequest[] requests = SendsOf(alice);
        Assert.Equal("once", sent.Text);
        Assert.All(requests, request => Assert.Equivalent(requests[0], request, strict: true));
        Assert.Single(_server.Conversation(chat).Log, entry => entry.Kind == EntryKind.Application);
        _server.Push = entry => entry;
        await bob.Client.Sync.Resync();
        await bob.ReadsAsync(chat, "once");
    }

    [Fact]
    public async Task A_process_that_ends_between_storing_and_sending_sends_the_stored_bytes_when_it_is_back()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        _server.OnRequest = (_, method) => Lose(method == "SendMessage");
        await alice.Client.QueueAsync(chat, new TextContent("survivor"), Cancelled);
        OutboxItem stored = await Eventually.GetAsync(
            () => Task.FromResult(alice.Client.Store.Read(transaction => transaction.Outbox()).Single()), item => item.Payload is not null, Cancelled);

        await alice.EndAsync();
        _server.OnRequest = null;
        await alice.OpenAsync();
        await alice.ConnectAsync();

        await bob.ReadsAsync(chat, "survivor");
        SendMessageRequest request = Assert.Single(SendsOf(alice));
        Assert.Equal(stored.Message, request.Message);
        Assert.Equal(stored.Payload, request.Payload);
        await Eventually.HoldsAsync(() => alice.Client.Store.Read(transaction => transaction.Outbox()).Count == 0, Cancelled);
    }

    [Fact]
    public async Task A_message_that_was_in_the_log_all_along_is_recognised_by_reading_it()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        _server.Push = _ => null;
        _server.OnAnswer = (_, method) => Lose(method == "SendMessage");
        await alice.Client.QueueAsync(chat, new TextContent("arrived"), Cancelled);
        await Eventually.HoldsAsync(() => _server.Conversation(chat).Log.Count == 2, Cancelled);

        await alice.EndAsync();
        _server.OnAnswer = null;
        await alice.OpenAsync();
        await alice.ConnectAsync();

        await alice.ReadsAsync(chat, "arrived");
        await Eventually.HoldsAsync(() => alice.Client.Store.Read(transaction => transaction.Outbox()).Count == 0, Cancelled);
        Assert.Single(_server.Conversation(chat).Log, entry => entry.Kind == EntryKind.Application);
        await bob.Client.Sync.Resync();
        await bob.ReadsAsync(chat, "arrived");
    }

    [Fact]
    public async Task A_message_too_old_for_its_epoch_is_encrypted_anew_under_its_id()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        _server.OnRequest = (caller, method) => Lose(method == "SendMessage" && caller.User.Value == bob.User);
        await bob.Client.QueueAsync(group, new TextContent("late"), Cancelled);
        OutboxItem old = await Eventually.GetAsync(
            () => Task.FromResult(bob.Client.Store.Read(transaction => transaction.Outbox()).Single()), item => item.Attempted, Cancelled);
        bob.Disconnect();
        for (int change = 0; change < 5; change++)
        {
            await OnlineAsync($"guest{change}");
            await alice.Client.AddAsync(group, [$"@guest{change}"], Cancelled);
        }

        _server.OnRequest = null;
        await bob.ConnectAsync();

        await alice.ReadsAsync(group, "late");
        SendMessageRequest[] requests = SendsOf(bob);
        Assert.Equal(2, requests.Length);
        Assert.Equal(old.Payload, requests[0].Payload);
        Assert.Equal(old.Message, requests[1].Message);
        Assert.NotEqual(old.Payload, requests[1].Payload);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_of_unknown_outcome_is_settled_by_the_next_process(bool arrived)
    {
        (TestDevice alice, TestDevice bob, TestDevice carol) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("carol"));
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        Action<GrainInterfaces.Accounts.Caller, string> fault = (_, method) => Lose(method == "CommitEpoch");
        _server.OnAnswer = arrived ? fault : null;
        _server.OnRequest = arrived ? null : fault;
        await Assert.ThrowsAsync<XChatException>(() => alice.Client.AddAsync(group, ["carol"], Cancelled));

        await alice.EndAsync();
        (_server.OnAnswer, _server.OnRequest) = (null, null);
        await alice.OpenAsync();
        await alice.ConnectAsync();

        await carol.StageAsync(group, ConversationStage.Joined);
        await alice.SendAsync(group, "to all three");
        await bob.ReadsAsync(group, "to all three");
        await carol.ReadsAsync(group, "to all three");
        Assert.Single(_server.Conversation(group).Log, entry => entry.Kind == EntryKind.Commit && entry.Epoch == 1);
    }

    [Fact]
    public async Task A_creation_of_unknown_outcome_is_settled_by_the_next_process()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        _server.OnAnswer = (_, method) => Lose(method == "CreateConversation");
        await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        await alice.EndAsync();
        _server.OnAnswer = null;
        await alice.OpenAsync();
        await alice.ConnectAsync();
        Guid chat = await alice.OpenDirectAsync(bob);
        await alice.SendAsync(chat, "there");

        await bob.ReadsAsync(chat, "there");
    }

    [Fact]
    public async Task Of_two_commits_for_one_epoch_one_wins_and_the_other_is_made_again()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        (TestDevice carol, TestDevice dave) = (await OnlineAsync("carol"), await OnlineAsync("dave"));
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        await alice.Client.ChangeRoleAsync(group, "bob", MemberRole.Admin, Cancelled);

        await Task.WhenAll(alice.Client.AddAsync(group, ["carol"], Cancelled), bob.Client.AddAsync(group, ["dave"], Cancelled));

        await carol.StageAsync(group, ConversationStage.Joined);
        await dave.StageAsync(group, ConversationStage.Joined);
        await dave.SendAsync(group, "all here");
        await Task.WhenAll(
            alice.ReadsAsync(group, "all here"), bob.ReadsAsync(group, "all here"), carol.ReadsAsync(group, "all here"), dave.ReadsAsync(group, "all here"));
    }

    [Fact]
    public async Task No_two_messages_are_ever_encrypted_to_the_same_bytes_whatever_is_lost()
    {
        (TestDevice alice, TestDevice bob, Guid chat) = await PairAsync();
        int seed = Environment.TickCount;
        Random random = new(seed);
        _server.OnRequest = (_, method) => Lose(method == "SendMessage" && random.Next(4) == 0);
        _server.OnAnswer = (_, method) => Lose(method == "SendMessage" && random.Next(4) == 0);
        string[] texts = [.. Enumerable.Range(0, 30).Select(number => $"message {number} of seed {seed}")];
        foreach (string[] some in texts.Chunk(6))
        {
            foreach (string text in some)
            {
                await alice.Client.QueueAsync(chat, new TextContent(text), Cancelled);
            }

            await alice.EndAsync();
            await alice.OpenAsync();
            await alice.ConnectAsync();
        }

        await Eventually.HoldsAsync(
            () => alice.Client.Store.Read(transaction => transaction.Outbox()).Count == 0, Cancelled, what: $"seed {seed}");
        (_server.OnRequest, _server.OnAnswer) = (null, null);

        await bob.ReadsAsync(chat, texts);
        await alice.ReadsAsync(chat, texts);
        Assert.Equal(texts.Length, SendsOf(alice).Select(request => Convert.ToHexString(request.Payload)).Distinct().Count());
    }

    private static void Lose(bool loses)
    {
        if (loses)
        {
            throw Lost;
        }
    }

    private SendMessageRequest[] SendsOf(TestDevice device) =>
        [.. _server.Calls.Where(call => call.Caller.User.Value == device.User).Select(call => call.Request).OfType<SendMessageRequest>()];

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
