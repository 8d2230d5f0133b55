using XChat.Client;
using XChat.Client.Conversations;

namespace XChat.EndToEndTests.Client;

/// <summary>A group of fifty on three silos and two frontends.</summary>
[Collection(typeof(ClusterCollection))]
public sealed class GroupTests(ClusterFixture cluster)
{
    private const int Size = 50;
    private const int Joining = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_people_read_each_other_until_one_is_removed_and_one_leaves()
    {
        await using People people = new();
        XChatClient[] members = new XChatClient[Size];
        // Some at a time: each has to be let in before its SDK gives up.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Size),
            new ParallelOptions { MaxDegreeOfParallelism = Joining, CancellationToken = Cancelled },
            async (i, cancelled) => members[i] = await people.JoinAsync(cluster.Servers[i % 2], $"m{i}", cancelled));
        XChatClient owner = members[0];
        string[] handles = [.. members.Skip(1).Select(member => member.RequireSelf().Handle)];
        Guid group = await owner.CreateGroupAsync("Fifty", handles[..^5], Cancelled);
        await owner.AddAsync(group, handles[^5..], Cancelled);
        await Task.WhenAll(members.Select(member => People.ExpectStageAsync(member, group, ConversationStage.Joined, Cancelled)));

        await owner.SendAsync(group, "welcome", Cancelled);
        await members[^1].SendAsync(group, "thanks", Cancelled);
        await Task.WhenAll(members.Select(member => People.ExpectAsync(member, group, ["welcome", "thanks"], Cancelled)));
        Assert.All(await Task.WhenAll(members.Select(member => member.ConversationAsync(group, Cancelled))), known => Assert.Equal("Fifty", known.Name));

        XChatClient removed = members[7];
        XChatClient gone = members[8];
        await owner.RemoveAsync(group, removed.RequireSelf().Handle, Cancelled);
        await gone.LeaveAsync(group, Cancelled);
        await owner.SendAsync(group, "without two", Cancelled);

        XChatClient[] rest = [.. members.Except([removed, gone])];
        await Task.WhenAll(rest.Select(member => People.ExpectAsync(member, group, ["welcome", "thanks", "without two"], Cancelled)));
        foreach (XChatClient former in new[] { removed, gone })
        {
            await People.ExpectStageAsync(former, group, ConversationStage.Left, Cancelled);
            Assert.Equal(["welcome", "thanks"], await People.TextsAsync(former, group, Cancelled));
            Assert.Equal(
                ClientErrorReason.NotFound,
                (await Assert.ThrowsAsync<XChatException>(() => former.ReadStoredEntriesAsync(group, 0, 10, Cancelled))).Reason);
        }

        Assert.Equal(Size - 2, (await owner.MembersAsync(group, Cancelled)).Count);
    }
}
