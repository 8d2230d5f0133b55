using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Conversations;

/// <summary>Who is in, who may do what, and for how long an old epoch counts.</summary>
public abstract partial class ConversationGrainContract
{
    [Fact]
    public async Task When_both_of_a_pair_create_it_at_once_one_wins_and_the_other_finds_it()
    {
        TestConversation[] pairs = [.. Enumerable.Range(0, 20).Select(_ => TestConversation.Of(Cluster, type: ConversationType.Direct))];

        EntryAppended[][] answers = await Task.WhenAll(pairs.Select(pair => Task.WhenAll(
            pair.Members.Create(pair.Creation(creator: 0)), pair.Members.Create(pair.Creation(creator: 1)))));

        Assert.All(answers, ofPair => Assert.Equal(
            [ConversationStatus.Accepted, ConversationStatus.AlreadyExists], ofPair.Select(answer => answer.Status).Order()));
        foreach (TestConversation pair in pairs)
        {
            Assert.Single(await pair.ReadAllAsync(pair.People[0]));
            Assert.Single(await pair.ReadAllAsync(pair.People[1]));
        }
    }

    [Fact]
    public async Task A_group_takes_a_thousand_members_and_no_more()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 100);
        Caller[] joining = [.. Enumerable.Range(0, Limits.GroupMembers - 100).Select(_ => TestConversation.NewPerson(Cluster))];
        long epoch = 1;
        foreach (Caller[] some in joining.Chunk(Limits.DevicesPerCommit))
        {
            Assert.Equal(ConversationStatus.Accepted, (await group.CommitAsync(group.People[0], 0, epoch++, adds: some)).Status);
        }

        EntryAppended oneMore = await group.CommitAsync(group.People[0], 0, epoch, adds: [TestConversation.NewPerson(Cluster)]);
        EntryAppended exchange = await group.CommitAsync(group.People[0], 0, epoch, adds: [TestConversation.NewPerson(Cluster)], removes: [999]);
        await Cluster.DeactivateAsync(group.Log);
        EntryAppended sent = await group.SendAsync(joining[500], epoch: epoch + 1);

        Assert.Equal(ConversationStatus.TooManyMembers, oneMore.Status);
        Assert.Equal(ConversationStatus.Accepted, exchange.Status);
        Assert.Equal(ConversationStatus.Accepted, sent.Status);
        ConversationDescribed described = await group.Members.Describe(new DescribeConversation(joining[0]));
        Assert.Equal(Limits.GroupMembers, described.Members.Count);
        Assert.Equal(Enumerable.Range(0, Limits.GroupMembers), described.Leaves.Select(leaf => leaf.Index));
        Assert.Equal(ConversationStatus.NotMember, (await group.SendAsync(joining[^1], epoch: epoch + 1)).Status);
    }

    [Fact]
    public async Task Who_leaves_is_out_at_once_and_anyone_commits_the_leaf_away()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        Caller gone = group.People[1];

        EntryAppended owner = await group.Members.Change(new(group.People[0], MessageId.New(), EntryKind.MemberLeft, default, default, 0));
        EntryAppended left = await group.Members.Change(new(gone, MessageId.New(), EntryKind.MemberLeft, default, default, 0));
        await Cluster.DeactivateAsync(group.Log);
        ConversationDescribed waiting = await group.Members.Describe(new DescribeConversation(group.People[2]));
        EntryAppended commit = await group.CommitAsync(group.People[2], 2, removes: [1]);
        ConversationDescribed done = await group.Members.Describe(new DescribeConversation(group.People[2]));

        Assert.Equal(ConversationStatus.LastOwner, owner.Status);
        Assert.Equal(ConversationStatus.Accepted, left.Status);
        Assert.DoesNotContain(waiting.Members, member => member.User == gone.User);
        Assert.Equal([1], waiting.PendingRemoves);
        Assert.Equal(ConversationStatus.Accepted, commit.Status);
        Assert.Empty(done.PendingRemoves);
        Assert.Equal([0, 2], done.Leaves.Select(leaf => leaf.Index));
        Assert.Equal(ConversationStatus.NotMember, (await group.CommitAsync(gone, 1, epoch: 2)).Status);
    }

    [Fact]
    public async Task Roles_decide_who_brings_people_in_and_takes_them_out()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 4);
        (Caller owner, Caller admin, Caller member) = (group.People[0], group.People[1], group.People[2]);
        Caller[] joining = [TestConversation.NewPerson(Cluster)];
        ChangeMembership promotion = new(owner, MessageId.New(), EntryKind.RoleChanged, admin.User, MemberRole.Admin, 0);

        EntryAppended byItself = await group.Members.Change(promotion with { Caller = admin, Message = MessageId.New() });
        EntryAppended early = await group.CommitAsync(admin, 1, adds: joining);
        EntryAppended promoted = await group.Members.Change(promotion);
        await Cluster.DeactivateAsync(group.Log);
        EntryAppended ofOwner = await group.CommitAsync(admin, 1, removes: [0]);
        EntryAppended byMember = await group.CommitAsync(member, 2, removes: [3]);
        EntryAppended byAdmin = await group.CommitAsync(admin, 1, adds: joining, removes: [3]);
        EntryAppended timer = await group.Log.SetTimer(new SetTimer(member, MessageId.New(), 60));

        Assert.Equal(
            [ConversationStatus.NotAllowed, ConversationStatus.NotAllowed, ConversationStatus.Accepted],
            new[] { byItself, early, promoted }.Select(answer => answer.Status));
        Assert.Equal(
            [ConversationStatus.NotAllowed, ConversationStatus.NotAllowed, ConversationStatus.Accepted, ConversationStatus.NotAllowed],
            new[] { ofOwner, byMember, byAdmin, timer }.Select(answer => answer.Status));
        ConversationDescribed described = await group.Members.Describe(new DescribeConversation(joining[0]));
        Assert.Equal(
            new[]
            {
                (owner.User, MemberRole.Owner), (admin.User, MemberRole.Admin), (member.User, MemberRole.Member), (joining[0].User, MemberRole.Member),
            }.ToHashSet(),
            described.Members.Select(one => (one.User, one.Role)).ToHashSet());
    }

    [Fact]
    public async Task Messages_of_three_past_epochs_are_taken_and_older_ones_are_stale()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        for (long epoch = 1; epoch <= 4; epoch++)
        {
            await group.CommitAsync(group.People[0], 0, epoch);
        }

        EntryAppended[] answers = await Task.WhenAll(Enumerable.Range(0, 7).Select(epoch => group.SendAsync(group.People[1], epoch: epoch)));

        Assert.Equal(
            [
                ConversationStatus.StaleEpoch, ConversationStatus.StaleEpoch, ConversationStatus.Accepted, ConversationStatus.Accepted,
                ConversationStatus.Accepted, ConversationStatus.Accepted, ConversationStatus.PayloadInvalid,
            ],
            answers.Select(answer => answer.Status));
        Assert.All(answers, answer => Assert.Equal(5, answer.Epoch));
        List<LogEntry> log = await group.ReadAllAsync(group.People[0]);
        Assert.Equal([2L, 3, 4, 5], log.Where(entry => entry.Kind == EntryKind.Application).Select(entry => entry.Epoch).Order());
    }

    [Fact]
    public async Task What_another_activation_changed_counts_before_the_next_command_is_decided()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        await using SecondWriter second = SecondWriter.Of(Cluster);
        await group.SendAsync(group.People[1]);
        Assert.True(await second.TryRemoveAsync(group, 1));

        EntryAppended removed = await group.SendAsync(group.People[1]);
        EntryAppended late = await group.CommitAsync(group.People[2], 2);
        EntryAppended next = await group.CommitAsync(group.People[2], 2, epoch: 2);

        Assert.Equal(ConversationStatus.NotMember, removed.Status);
        Assert.Equal((ConversationStatus.StaleEpoch, 2L), (late.Status, late.Epoch));
        Assert.Equal((ConversationStatus.Accepted, 4L, 3L), (next.Status, next.Seq, next.Epoch));
    }

    [Fact]
    public async Task Hostile_bytes_get_a_named_answer_and_leave_nothing()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        Caller sender = group.People[1];
        byte[] message = MlsBytes.Message(group.Group, 1);
        byte[] commit = MlsBytes.Commit(group.Group, 1, 1, sender);

        Task<EntryAppended> Send(byte[] payload) => group.Log.Append(new AppendMessage(sender, MessageId.New(), payload));
        Task<EntryAppended> Commit(byte[] payload) => group.Members.Commit(new CommitEpoch(sender, MessageId.New(), payload, null));
        Assert.Equal(ConversationStatus.PayloadInvalid, (await Send([])).Status);
        Assert.Equal(ConversationStatus.PayloadInvalid, (await Send(message[..^1])).Status);
        Assert.Equal(ConversationStatus.PayloadInvalid, (await Send([.. message, 0])).Status);
        Assert.Equal(ConversationStatus.PayloadInvalid, (await Send(commit)).Status);
        Assert.Equal(ConversationStatus.PayloadTooLarge, (await Send(MlsBytes.Message(group.Group, 1, Limits.MessageBytes))).Status);
        Assert.Equal(
            ConversationStatus.PayloadInvalid, (await group.Log.Append(new AppendMessage(sender, default, message))).Status);
        Assert.Equal(ConversationStatus.CommitInvalid, (await Commit([])).Status);
        Assert.Equal(ConversationStatus.CommitInvalid, (await Commit(message)).Status);
        Assert.Equal(ConversationStatus.CommitInvalid, (await Commit(commit[..^1])).Status);
        Assert.Equal(ConversationStatus.CommitInvalid, (await Commit(MlsBytes.Commit(group.Group, 1, 2, sender))).Status);
        Assert.Equal(ConversationStatus.PayloadTooLarge, (await Commit(new byte[Limits.CommitBytes + 1])).Status);
        Assert.Equal(ConversationStatus.StaleEpoch, (await Commit(MlsBytes.Commit(group.Group, 0, 1, sender))).Status);
        Assert.Equal(ConversationStatus.TargetNotFound, (await group.Log.Delete(new DeleteMessage(sender, MessageId.New(), -1))).Status);
        Assert.Equal(ConversationStatus.PayloadInvalid, (await group.Log.SetTimer(new SetTimer(group.People[0], MessageId.New(), -1))).Status);
        Assert.Equal(
            ConversationStatus.PayloadTooLarge, (await group.Log.Signal(new SendSignal(sender, new byte[Limits.SignalBytes + 1]))).Status);

        Assert.Equal((ConversationStatus.Accepted, 2L), ((await Send(message)) is var answer ? (answer.Status, answer.Seq) : default));
        Assert.Equal(2, (await group.ReadAllAsync(group.People[0])).Count);
    }

    [Fact]
    public async Task A_welcome_goes_also_when_the_last_devices_join_at_once()
    {
        IConversationUpkeep upkeep = Cluster.Services.GetRequiredService<IConversationUpkeep>();
        IConversationStore store = Cluster.Services.GetRequiredService<IConversationStore>();
        for (int round = 0; round < 20; round++)
        {
            TestConversation group = await TestConversation.CreateAsync(Cluster, people: 6);
            Assert.NotNull(await store.ReadWelcomeAsync(group.Id, 1, Cancelled));

            await Task.WhenAll(Enumerable.Range(1, 5).Select(leaf => upkeep.MarkJoinedAsync(group.Id, leaf, Cancelled)));

            Assert.Null(await store.ReadWelcomeAsync(group.Id, 1, Cancelled));
        }
    }
}
