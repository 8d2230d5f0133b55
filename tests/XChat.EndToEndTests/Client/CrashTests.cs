using XChat.Client.Conversations;
using XChat.Client;
using XChat.Protocol.Conversations;
using XChat.Testing.Processes;
using XChat.Testing;

namespace XChat.EndToEndTests.Client;

/// <summary>Server processes that die in the middle of a chat.</summary>
[Collection(typeof(ClusterCollection))]
public sealed class CrashTests(ClusterFixture cluster)
{
    /// <summary>Grains spread over the silos at random: with so many, the chance that the killed silo hosts none is one in seventeen thousand.</summary>
    private const int Conversations = 24;

    private static readonly TimeSpan Patience = TestProcess.Patience;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_silo_loses_no_acknowledged_message_and_duplicates_none()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(cluster.Servers[0], "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(cluster.Servers[1], "bob", Cancelled);
        Guid[] groups = await GroupsAsync(alice, bob);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        int[] acknowledged = new int[Conversations];
        Task<List<ChatMessage>>[] talking = [.. groups.Select((group, i) => TalkAsync(i % 2 == 0 ? alice : bob, group, acknowledged, i, enough.Token))];
        await Eventually.HoldsAsync(() => acknowledged.All(count => count >= 3), Cancelled, Patience);

        cluster.Cluster.Silos[^1].Process.Kill();

        int[] atTheKill = [.. acknowledged];
        await Eventually.HoldsAsync(() => acknowledged.Zip(atTheKill).All(pair => pair.First >= pair.Second + 5), Cancelled, Patience);
        await enough.CancelAsync();
        List<ChatMessage>[] sent = await Task.WhenAll(talking);
        foreach ((Guid group, List<ChatMessage> messages) in groups.Zip(sent))
        {
            string[] texts = [.. messages.Select(message => message.Text!)];
            await People.ExpectAsync(alice, group, texts, Cancelled);
            await People.ExpectAsync(bob, group, texts, Cancelled);
            Assert.Equal(messages.Select(message => message.Id), await StoredAsync(alice, group));
            Assert.Equal(messages.Select(message => message.Seq), messages.Select(message => message.Seq).Order().Distinct());
        }

        _ = await cluster.Cluster.AddSiloAsync(Cancelled);
    }

    [Fact]
    public async Task A_killed_frontend_costs_its_clients_a_reconnect_and_nobody_a_message()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(cluster.Servers[0], "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(cluster.Servers[1], "bob", Cancelled);
        Guid conversation = await alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled);
        await alice.SendAsync(conversation, "before", Cancelled);
        await People.ExpectAsync(bob, conversation, ["before"], Cancelled);

        cluster.Cluster.Frontends[1].Process.Kill();
        await alice.SendAsync(conversation, "to whom it may concern", Cancelled);
        Task<ChatMessage> waiting = bob.SendAsync(conversation, "into the void", Cancelled);
        await cluster.Cluster.Frontends[1].RestartAsync(Cancelled);

        Assert.True((await waiting.WaitAsync(Patience, Cancelled)).Seq > 0);
        string[] all = ["before", "to whom it may concern", "into the void"];
        await People.ExpectAsync(bob, conversation, all, Cancelled);
        await People.ExpectAsync(alice, conversation, all, Cancelled);
    }

    private static async Task<Guid[]> GroupsAsync(XChatClient alice, XChatClient bob)
    {
        Guid[] groups = await Task.WhenAll(
            Enumerable.Range(0, Conversations).Select(i => alice.CreateGroupAsync($"Group {i}", [bob.RequireSelf().Handle], Cancelled)));
        foreach (Guid group in groups)
        {
            await People.ExpectStageAsync(bob, group, ConversationStage.Joined, Cancelled);
        }

        return groups;
    }

    /// <summary>One message after the other, each awaited, until there are enough; returns those that were acknowledged.</summary>
    private static async Task<List<ChatMessage>> TalkAsync(XChatClient client, Guid group, int[] acknowledged, int index, CancellationToken enough)
    {
        List<ChatMessage> sent = [];
        while (!enough.IsCancellationRequested)
        {
            sent.Add(await client.SendAsync(group, $"{index} {sent.Count}", Cancelled));
            _ = Interlocked.Increment(ref acknowledged[index]);
        }

        return sent;
    }

    /// <summary>The ids of the messages in the server's log, without the group's name.</summary>
    private static async Task<List<Guid>> StoredAsync(XChatClient client, Guid group)
    {
        List<Guid> stored = [];
        long after = 0;
        while (true)
        {
            IReadOnlyList<Entry> page = await client.ReadStoredEntriesAsync(group, after, 200, Cancelled);
            stored.AddRange(page.Where(entry => entry.Kind == EntryKind.Application).Select(entry => entry.Message));
            if (page.Count == 0)
            {
                return stored[1..];
            }

            after = page[^1].Seq;
        }
    }
}
