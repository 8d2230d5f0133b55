using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Testing;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Conversations;

/// <summary>What a conversation promises, whatever storage is below it.</summary>
public abstract partial class ConversationGrainContract : IAsyncLifetime
{
    protected ConversationCluster Cluster { get; private set; } = null!;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Cluster = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<ConversationCluster> StartAsync();

    protected virtual ValueTask StopAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Many_callers_at_once_get_contiguous_places_and_all_of_them_are_in_the_log()
    {
        const int Messages = 500;
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        MessageId[] ids = [.. Enumerable.Range(0, Messages).Select(_ => MessageId.New())];

        EntryAppended[] answers = await Task.WhenAll(ids.Select((id, index) => group.SendAsync(group.People[index % 3], id)));

        Assert.All(answers, answer => Assert.Equal(ConversationStatus.Accepted, answer.Status));
        Assert.Equal(Enumerable.Range(2, Messages).Select(seq => (long)seq), answers.Select(answer => answer.Seq).Order());
        List<LogEntry> log = await group.ReadAllAsync(group.People[0]);
        Assert.Equal(Enumerable.Range(1, Messages + 1).Select(seq => (long)seq), log.Select(entry => entry.Seq));
        Assert.Equal(ids.Zip(answers, (id, answer) => (id, answer.Seq)).ToHashSet(), log.Skip(1).Select(entry => (entry.Message, entry.Seq)).ToHashSet());
        Assert.True(log.Zip(log.Skip(1)).All(pair => pair.First.TimeMs <= pair.Second.TimeMs));
    }

    [Fact]
    public async Task The_same_id_many_times_at_once_is_one_message()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        AppendMessage message = group.Message(group.People[0]);

        EntryAppended[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => group.Log.Append(message)));

        Assert.Single(answers, answer => answer.Status == ConversationStatus.Accepted);
        Assert.Equal(19, answers.Count(answer => answer.Status == ConversationStatus.AlreadyAccepted));
        Assert.All(answers, answer => Assert.Equal(2, answer.Seq));
        Assert.Equal(2, (await group.ReadAllAsync(group.People[0])).Count);
    }

    [Fact]
    public async Task An_id_is_recognised_long_after_and_in_a_new_activation()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        AppendMessage first = group.Message(group.People[0]);
        EntryAppended accepted = await group.Log.Append(first);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => group.SendAsync(group.People[1])));

        EntryAppended again = await group.Log.Append(first);
        await Cluster.DeactivateAsync(group.Log);
        EntryAppended[] mixed = await Task.WhenAll([
            group.Log.Append(first), .. Enumerable.Range(0, 30).Select(_ => group.SendAsync(group.People[1]))]);

        Assert.Equal((ConversationStatus.AlreadyAccepted, accepted.Seq, accepted.TimeMs), (again.Status, again.Seq, again.TimeMs));
        Assert.Equal((ConversationStatus.AlreadyAccepted, accepted.Seq), (mixed[0].Status, mixed[0].Seq));
        Assert.All(mixed.Skip(1), answer => Assert.Equal(ConversationStatus.Accepted, answer.Status));
        List<LogEntry> log = await group.ReadAllAsync(group.People[0]);
        Assert.Equal(Enumerable.Range(1, 332).Select(seq => (long)seq), log.Select(entry => entry.Seq));
    }

    [Fact]
    public async Task An_id_with_other_content_is_refused_and_nothing_is_added()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        MessageId id = MessageId.New();
        await group.SendAsync(group.People[0], id);

        EntryAppended otherBytes = await group.SendAsync(group.People[0], id, filling: 8);
        EntryAppended otherSender = await group.SendAsync(group.People[1], id);
        EntryAppended otherKind = await group.Log.SetTimer(new SetTimer(group.People[0], id, 60));

        Assert.All(
            new[] { otherBytes, otherSender, otherKind },
            answer => Assert.Equal(ConversationStatus.IdReusedWithDifferentContent, answer.Status));
        Assert.Equal(2, (await group.ReadAllAsync(group.People[0])).Count);
    }

    [Fact]
    public async Task Of_many_commits_one_wins_the_epoch()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 8);

        EntryAppended[] answers = await Task.WhenAll(group.People.Select((person, leaf) => group.CommitAsync(person, leaf)));

        Assert.Single(answers, answer => answer.Status == ConversationStatus.Accepted);
        Assert.Equal(7, answers.Count(answer => answer.Status == ConversationStatus.StaleEpoch));
        Assert.All(answers, answer => Assert.Equal(2, answer.Epoch));
    }

    [Fact]
    public async Task Strangers_and_people_who_left_learn_nothing()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        Caller stranger = TestConversation.NewPerson(Cluster);
        MessageId leaving = MessageId.New();
        ChangeMembership leave = new(group.People[2], leaving, EntryKind.MemberLeft, default, default, 0);
        Assert.Equal(ConversationStatus.Accepted, (await group.Members.Change(leave)).Status);

        foreach (Caller outsider in new[] { stranger, group.People[2] })
        {
            Assert.Equal(ConversationStatus.NotMember, (await group.SendAsync(outsider)).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Log.Read(new ReadEntries(outsider, 0, false, 10))).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Log.Delete(new DeleteMessage(outsider, MessageId.New(), 1))).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Log.SetTimer(new SetTimer(outsider, MessageId.New(), 1))).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Log.AdvanceCursor(new AdvanceCursor(outsider, 1, 1))).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Log.Signal(new SendSignal(outsider, []))).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Members.Describe(new DescribeConversation(outsider))).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Members.ReadWelcome(new ReadWelcome(outsider))).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.CommitAsync(outsider, 2)).Status);
            Assert.Equal(ConversationStatus.NotMember, (await group.Members.Create(group.Creation() with { Caller = outsider })).Status);
            Assert.Equal(0, (await group.SendAsync(outsider)).Epoch);
        }

        Assert.Equal(ConversationStatus.AlreadyAccepted, (await group.Members.Change(leave)).Status);
        Assert.Equal(ConversationStatus.NotMember, (await TestConversation.Of(Cluster).SendAsync(stranger)).Status);
    }

    [Fact]
    public async Task A_pair_has_exactly_one_direct_conversation()
    {
        TestConversation direct = TestConversation.Of(Cluster, type: ConversationType.Direct);
        CreateConversation creation = direct.Creation();

        EntryAppended[] answers = await Task.WhenAll(
            direct.Members.Create(creation), direct.Members.Create(direct.Creation()), direct.Members.Create(creation));

        Assert.Single(answers, answer => answer.Status == ConversationStatus.Accepted);
        Assert.Contains(answers, answer => answer.Status == ConversationStatus.AlreadyExists);
        ConversationDescribed described = await direct.Members.Describe(new DescribeConversation(direct.People[1]));
        Assert.All(described.Members, member => Assert.Equal(MemberRole.Owner, member.Role));
        Assert.Equal((1L, 1L), (described.Epoch, described.Head));
    }

    [Fact]
    public async Task Leaves_follow_the_tree_through_adds_and_removes()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 4);
        Caller first = TestConversation.NewPerson(Cluster);
        Caller second = TestConversation.NewPerson(Cluster);

        EntryAppended commit = await group.CommitAsync(group.People[0], 0, adds: [first, second], removes: [1]);
        await Cluster.DeactivateAsync(group.Log);

        ConversationDescribed described = await group.Members.Describe(new DescribeConversation(first));
        Assert.Equal(ConversationStatus.Accepted, commit.Status);
        Assert.Equal(
            [(0, group.People[0].User), (1, first.User), (2, group.People[2].User), (3, group.People[3].User), (4, second.User)],
            described.Leaves.Select(leaf => (leaf.Index, leaf.User)));
        Assert.DoesNotContain(described.Members, member => member.User == group.People[1].User);
        Assert.Equal(ConversationStatus.NotMember, (await group.SendAsync(group.People[1], epoch: 2)).Status);
        Assert.Equal([commit.Seq], (await group.ReadAllAsync(second)).Select(entry => entry.Seq));
    }

    [Fact]
    public async Task A_welcome_waits_for_its_devices_and_goes_with_the_last()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        WelcomeRead read = await group.Members.ReadWelcome(new ReadWelcome(group.People[1]));
        Assert.Equal((ConversationStatus.Accepted, 1L, 1L), (read.Status, read.Epoch, read.Seq));
        Assert.Equal([1, 2, 3], read.Welcome);

        await group.SendAsync(group.People[1]);
        Assert.Equal(ConversationStatus.Accepted, (await group.Members.ReadWelcome(new ReadWelcome(group.People[2]))).Status);
        await group.Log.AdvanceCursor(new AdvanceCursor(group.People[2], 2, 0));

        await Eventually.HoldsAsync(
            async () => (await group.Members.ReadWelcome(new ReadWelcome(group.People[1]))).Status == ConversationStatus.TargetNotFound, Cancelled);
    }

    [Fact]
    public async Task A_deleted_message_keeps_its_place_and_loses_its_bytes()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        EntryAppended sent = await group.SendAsync(group.People[1]);

        EntryAppended byOther = await group.Log.Delete(new DeleteMessage(group.People[2], MessageId.New(), sent.Seq));
        EntryAppended byAuthor = await group.Log.Delete(new DeleteMessage(group.People[1], MessageId.New(), sent.Seq));
        EntryAppended second = await group.Log.Delete(new DeleteMessage(group.People[0], MessageId.New(), sent.Seq));

        Assert.Equal(ConversationStatus.NotAllowed, byOther.Status);
        Assert.Equal(ConversationStatus.Accepted, byAuthor.Status);
        Assert.Equal((ConversationStatus.AlreadyAccepted, byAuthor.Seq), (second.Status, second.Seq));
        List<LogEntry> log = await group.ReadAllAsync(group.People[0]);
        Assert.Equal([1L, 2, 3], log.Select(entry => entry.Seq));
        Assert.Empty(log[1].Payload);
        Assert.Equal((EntryKind.MessageDeleted, sent.Seq), (log[2].Kind, log[2].Value));
    }

    [Fact]
    public async Task Messages_expire_by_the_timer_of_their_time_and_keep_their_place()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        await group.SendAsync(group.People[0]);
        await group.Log.SetTimer(new SetTimer(group.People[0], MessageId.New(), 1));
        await group.SendAsync(group.People[1]);

        List<LogEntry> log = await Eventually.GetAsync(
            () => group.ReadAllAsync(group.People[0]), entries => entries[3].Payload.Length == 0, Cancelled);

        Assert.Equal([1L, 2, 3, 4], log.Select(entry => entry.Seq));
        Assert.NotEmpty(log[1].Payload);
    }

    [Fact]
    public async Task A_new_device_waits_until_a_member_commits_it_and_an_old_one_is_out_at_once()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        Caller old = group.People[1];
        Caller next = old with { Device = DeviceId.New() };
        Cluster.Devices.Publish(old.User, next.Device);
        RefreshDevices refresh = new(old.User, 2, [next.Device]);

        Assert.Equal(ConversationStatus.Accepted, (await group.Members.RefreshDevices(refresh)).Status);
        Assert.Equal(ConversationStatus.AlreadyAccepted, (await group.Members.RefreshDevices(refresh)).Status);
        Assert.Equal(ConversationStatus.DeviceNotInGroup, (await group.SendAsync(old)).Status);
        ConversationDescribed waiting = await group.Members.Describe(new DescribeConversation(group.People[0]));
        Assert.Equal([next], waiting.PendingAdds);
        Assert.Equal([1], waiting.PendingRemoves);

        EntryAppended commit = await group.CommitAsync(group.People[2], 2, adds: [next], removes: [1]);

        Assert.Equal(ConversationStatus.Accepted, commit.Status);
        Assert.Equal(ConversationStatus.Accepted, (await group.SendAsync(next, epoch: 2)).Status);
        ConversationDescribed done = await group.Members.Describe(new DescribeConversation(group.People[0]));
        Assert.Empty(done.PendingAdds);
        Assert.Empty(done.PendingRemoves);
    }

    [Fact]
    public async Task A_restart_begins_a_new_group_in_the_same_log()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        await group.CommitAsync(group.People[2], 2);
        Guid fresh = Guid.NewGuid();
        RestartGroup restart = new(
            group.People[0], MessageId.New(), fresh, MlsBytes.Commit(fresh, 0, 0, group.People[0], adds: [group.People[2]]), [5]);

        EntryAppended byMember = await group.Members.Restart(restart with { Caller = group.People[1] });
        EntryAppended byOwner = await group.Members.Restart(restart);
        await Cluster.DeactivateAsync(group.Log);
        EntryAppended again = await group.Members.Restart(restart);

        Assert.Equal(ConversationStatus.IdReusedWithDifferentContent, (await group.Members.Restart(restart with { Group = Guid.NewGuid() })).Status);
        Assert.Equal(ConversationStatus.NotAllowed, byMember.Status);
        Assert.Equal((ConversationStatus.Accepted, 3L, 1L), (byOwner.Status, byOwner.Seq, byOwner.Epoch));
        Assert.Equal((ConversationStatus.AlreadyAccepted, 3L), (again.Status, again.Seq));
        ConversationDescribed described = await group.Members.Describe(new DescribeConversation(group.People[1]));
        Assert.Equal([(0, group.People[0].User), (1, group.People[2].User)], described.Leaves.Select(leaf => (leaf.Index, leaf.User)));
        Assert.Equal([group.People[1]], described.PendingAdds);
        Assert.Equal(ConversationStatus.PayloadInvalid, (await group.SendAsync(group.People[0])).Status);
        group.Group = fresh;
        Assert.Equal(ConversationStatus.Accepted, (await group.SendAsync(group.People[2])).Status);
        Assert.Equal(ConversationStatus.Accepted, (await group.CommitAsync(group.People[2], 1)).Status);
    }

    [Fact]
    public async Task The_list_has_heads_cursors_and_unread_messages_of_others()
    {
        Caller reader = TestConversation.NewPerson(Cluster);
        List<TestConversation> groups = [];
        for (int number = 0; number < 3; number++)
        {
            TestConversation group = await TestConversation.CreateAsync(Cluster);
            await group.CommitAsync(group.People[0], 0, adds: [reader]);
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => group.SendAsync(group.People[0], epoch: 2)));
            groups.Add(group);
        }

        // The list goes by ids, and ids of one millisecond are in no order.
        groups.Sort((one, other) => string.CompareOrdinal(one.Id.ToString(), other.Id.ToString()));

        await groups[0].Log.AdvanceCursor(new AdvanceCursor(reader, 7, 4));
        await groups[1].SendAsync(reader, epoch: 2);
        IConversationListGrain list = Cluster.Grains.ConversationList(reader.User);
        ConversationListPage page = await Eventually.GetAsync(
            () => list.List(new ListConversations(reader, default, 2)), found => found.Items[0].ReadSeq == 4, Cancelled);
        ConversationListPage rest = await list.List(new ListConversations(reader, page.Items[^1].Conversation, 2));

        ConversationListItem[] all = [.. page.Items, .. rest.Items];
        Assert.Equal((true, false), (page.More, rest.More));
        Assert.Equal(groups.Select(group => group.Id), all.Select(item => item.Conversation));
        Assert.Equal([(7L, 4L, 7L, 3), (8L, 1L, 1L, 5), (7L, 1L, 1L, 5)], all.Select(item => (item.Head, item.ReadSeq, item.DeliveredSeq, item.Unread)));
        Assert.Empty((await list.List(new ListConversations(groups[0].People[0], default, 10))).Items);
    }

    [Fact]
    public async Task Pages_go_both_ways_and_begin_where_the_member_came_in()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => group.SendAsync(group.People[0])));
        Caller late = TestConversation.NewPerson(Cluster);
        await group.CommitAsync(group.People[0], 0, adds: [late]);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => group.SendAsync(group.People[0], epoch: 2)));

        EntryPage last = await group.Log.Read(new ReadEntries(group.People[1], 0, Backward: true, Limit: 10));
        EntryPage before = await group.Log.Read(new ReadEntries(group.People[1], 53, Backward: true, Limit: 10));
        EntryPage late1 = await group.Log.Read(new ReadEntries(late, 0, Backward: false, Limit: 10));
        EntryPage end = await group.Log.Read(new ReadEntries(late, 62, Backward: false, Limit: 10));
        EntryPage hostile = await group.Log.Read(new ReadEntries(late, long.MinValue, Backward: true, Limit: int.MaxValue));

        Assert.Equal((53L, 62L, true, 62L), (last.Entries[0].Seq, last.Entries[^1].Seq, last.More, last.Head));
        Assert.Equal((43L, 52L), (before.Entries[0].Seq, before.Entries[^1].Seq));
        Assert.Equal((32L, true), (late1.Entries[0].Seq, late1.More));
        Assert.Equal((0, false), (end.Entries.Count, end.More));
        Assert.Equal((32L, 62L, false), (hostile.Entries[0].Seq, hostile.Entries[^1].Seq, hostile.More));
    }

    [Fact]
    public async Task A_second_writer_is_fenced_and_nothing_is_lost()
    {
        const int Messages = 200;
        // With the one behind them fewer than a command may be decided anew.
        const int Overtakings = 15;
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        await using SecondWriter second = SecondWriter.Of(Cluster);

        Task<EntryAppended[]> first = Task.WhenAll(Enumerable.Range(0, Messages).Select(_ => group.SendAsync(group.People[0])));
        int written = 0;
        for (int attempt = 0; attempt < Overtakings; attempt++)
        {
            written += await second.TryAppendAsync(group, group.People[1]) ? 1 : 0;
        }

        EntryAppended[] answers = await first;
        written += await second.TryAppendAsync(group, group.People[1]) ? 1 : 0;
        EntryAppended after = await group.SendAsync(group.People[0]);

        List<LogEntry> log = await group.ReadAllAsync(group.People[0]);
        Assert.True(written > 0);
        Assert.Equal(ConversationStatus.Accepted, after.Status);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(seq => (long)seq), log.Select(entry => entry.Seq));
        Assert.Equal(1 + Messages + written + 1, log.Count);
        Assert.All(answers, answer => Assert.Equal(ConversationStatus.Accepted, answer.Status));
        Assert.Equal(Messages + 1, log.Count(entry => entry.Sender == group.People[0] && entry.Kind == EntryKind.Application));
    }
}
