using XChat.Client;
using XChat.Protocol.Conversations;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>What two people can rely on, whatever runs behind the address.</summary>
public abstract class ConversationContract
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Where one connects, and where the other one does.</summary>
    protected abstract (Uri One, Uri Other) Servers { get; }

    [Fact]
    public async Task Two_people_chat_both_ways_in_order_and_exactly_once()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(Servers.One, "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(Servers.Other, "bob", Cancelled);
        Guid conversation = await alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled);
        await alice.SendAsync(conversation, "first", Cancelled);
        await People.ExpectAsync(bob, conversation, ["first"], Cancelled);
        Assert.Equal(conversation, await bob.OpenDirectAsync(alice.RequireSelf().Handle, Cancelled));

        await Task.WhenAll(TalkAsync(alice, conversation, "alice", 40), TalkAsync(bob, conversation, "bob", 40));

        string[] logged = await LoggedOrderAsync(alice, conversation, 81);
        await People.ExpectAsync(alice, conversation, logged, Cancelled);
        await People.ExpectAsync(bob, conversation, logged, Cancelled);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"alice {i}"), logged.Where(text => text.StartsWith("alice", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"bob {i}"), logged.Where(text => text.StartsWith("bob", StringComparison.Ordinal)));
        IReadOnlyList<Entry> stored = await bob.ReadStoredEntriesAsync(conversation, 0, 200, Cancelled);
        Assert.Equal(81, stored.Count(entry => entry.Kind == EntryKind.Application));
    }

    [Fact]
    public async Task A_profile_that_was_closed_reads_what_it_missed_and_sends_what_waited()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(Servers.One, "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(Servers.Other, "bob", Cancelled);
        string handle = bob.RequireSelf().Handle;
        Guid conversation = await alice.OpenDirectAsync(handle, Cancelled);
        await alice.SendAsync(conversation, "while you are here", Cancelled);
        await People.ExpectAsync(bob, conversation, ["while you are here"], Cancelled);

        await bob.DisposeAsync();
        await alice.SendAsync(conversation, "while you are away", Cancelled);
        await using (XChatClient offline = await people.OpenAsync(handle, Servers.Other, Cancelled))
        {
            _ = await offline.QueueAsync(conversation, new XChat.Client.Conversations.TextContent("from the train"), Cancelled);
        }

        XChatClient back = await people.OpenAsync(handle, Servers.One, Cancelled);
        await back.ConnectAsync(Cancelled);

        string[] all = ["while you are here", "while you are away", "from the train"];
        await People.ExpectAsync(back, conversation, all, Cancelled);
        await People.ExpectAsync(alice, conversation, all, Cancelled);
    }

    private static async Task TalkAsync(XChatClient client, Guid conversation, string name, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await client.SendAsync(conversation, $"{name} {i}", Cancelled);
        }
    }

    /// <summary>Both stores have to agree with this one, once it is complete.</summary>
    private static async Task<string[]> LoggedOrderAsync(XChatClient client, Guid conversation, int count) =>
        await XChat.Testing.Eventually.GetAsync(
            () => People.TextsAsync(client, conversation, Cancelled), texts => texts.Length >= count, Cancelled, TestProcess.Patience);
}

/// <summary>The contract on the one-command server.</summary>
[Collection(typeof(StandaloneCollection))]
public sealed class StandaloneConversationTests(StandaloneFixture standalone) : ConversationContract
{
    protected override (Uri One, Uri Other) Servers => (standalone.Server, standalone.Server);
}

/// <summary>The contract on three silos and two frontends, one person at each frontend.</summary>
[Collection(typeof(ClusterCollection))]
public sealed class ClusterConversationTests(ClusterFixture cluster) : ConversationContract
{
    protected override (Uri One, Uri Other) Servers => (cluster.Servers[0], cluster.Servers[1]);
}
