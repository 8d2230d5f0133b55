using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Conversations;

/// <summary>Who may add what, without a grain: the tables name the case and the status, in order of precedence.</summary>
public sealed class ConversationRulesTests
{
    private static readonly RulesScene Scene = new();

    [Theory]
    [InlineData("stranger", 5, 100, ConversationStatus.NotMember)]
    [InlineData("stranger", 0, 100_000, ConversationStatus.NotMember)]
    [InlineData("bob's second device", 5, 100, ConversationStatus.DeviceNotInGroup)]
    [InlineData("bob's second device", 0, 100_000, ConversationStatus.DeviceNotInGroup)]
    [InlineData("carol's revoked device", 5, 100, ConversationStatus.DeviceNotInGroup)]
    [InlineData("bob", 1, 100, ConversationStatus.StaleEpoch)]
    [InlineData("bob", 1, 100_000, ConversationStatus.StaleEpoch)]
    [InlineData("bob", 6, 100, ConversationStatus.PayloadInvalid)]
    [InlineData("bob", 5, Limits.MessageBytes + 1, ConversationStatus.PayloadTooLarge)]
    [InlineData("bob", 5, Limits.MessageBytes, ConversationStatus.Accepted)]
    [InlineData("bob", 2, 100, ConversationStatus.Accepted)]
    [InlineData("alice", 5, 0, ConversationStatus.Accepted)]
    public void An_append_is_judged_in_order(string who, long epoch, int bytes, ConversationStatus expected)
    {
        Assert.Equal(expected, ConversationRules.CheckAppend(Scene.State, Scene.Device(who), new PrivateMessageInfo(Scene.Group, epoch), bytes));
    }

    [Fact]
    public void An_append_that_cannot_be_read_or_is_of_another_group_is_invalid()
    {
        Assert.Equal(ConversationStatus.PayloadInvalid, ConversationRules.CheckAppend(Scene.State, Scene.Device("bob"), null, 100));
        Assert.Equal(
            ConversationStatus.PayloadInvalid,
            ConversationRules.CheckAppend(Scene.State, Scene.Device("bob"), new PrivateMessageInfo(Guid.NewGuid(), 5), 100));
        Assert.Equal(ConversationStatus.NotMember, ConversationRules.CheckAppend(null, Scene.Device("bob"), null, 100));
    }

    [Theory]
    [InlineData("stranger", "adds dave", ConversationStatus.NotMember)]
    [InlineData("bob's second device", "adds dave", ConversationStatus.DeviceNotInGroup)]
    [InlineData("bob", "adds dave", ConversationStatus.NotAllowed)]
    [InlineData("bob", "adds dave in epoch 4", ConversationStatus.StaleEpoch)]
    [InlineData("bob", "is of another group", ConversationStatus.CommitInvalid)]
    [InlineData("bob", "removes alice", ConversationStatus.NotAllowed)]
    [InlineData("bob", "from leaf 0", ConversationStatus.CommitInvalid)]
    [InlineData("bob", "with alice's path", ConversationStatus.CommitInvalid)]
    [InlineData("bob", "with a forged key", ConversationStatus.DeviceNotCertified)]
    [InlineData("bob", "adds bob's second device without a welcome", ConversationStatus.CommitInvalid)]
    [InlineData("bob", "adds a ghost device of bob", ConversationStatus.DeviceNotCertified)]
    [InlineData("bob", "adds bob's first device again", ConversationStatus.DeviceNotCertified)]
    [InlineData("bob", "removes leaf 40", ConversationStatus.DeviceNotCertified)]
    [InlineData("bob", "adds bob's second device", ConversationStatus.Accepted)]
    [InlineData("bob", "removes carol's revoked device", ConversationStatus.Accepted)]
    [InlineData("bob", "is empty", ConversationStatus.Accepted)]
    [InlineData("bob", "is too large", ConversationStatus.PayloadTooLarge)]
    [InlineData("alice", "adds dave", ConversationStatus.Accepted)]
    [InlineData("alice", "removes bob", ConversationStatus.Accepted)]
    [InlineData("alice", "removes herself", ConversationStatus.CommitInvalid)]
    [InlineData("alice", "removes one of carol's two devices", ConversationStatus.NotAllowed)]
    [InlineData("erin", "removes alice", ConversationStatus.NotAllowed)]
    [InlineData("erin", "removes bob", ConversationStatus.Accepted)]
    public void A_commit_is_judged_in_order(string who, string what, ConversationStatus expected)
    {
        (CommitEpoch request, CommitFacts facts) = Scene.Commit(who, what);

        Assert.Equal(expected, ConversationRules.DecideCommit(Scene.State, request, facts, Scene.Certified, Scene.Place).Status);
    }

    [Fact]
    public void Added_devices_take_the_leftmost_leaves_that_removals_leave_free()
    {
        (CommitEpoch request, CommitFacts facts) = Scene.Commit("alice", "adds dave");
        facts = facts with { Removes = [Scene.LeafOf("bob")] };

        ConversationChange change = ConversationRules.DecideCommit(Scene.State, request, facts, Scene.Certified, Scene.Place).Change!;

        Assert.Equal([Scene.LeafOf("bob")], change.LeavesSet.Select(leaf => leaf.Index));
        Assert.Equal([Scene.Device("bob").User], change.MembersGone);
        Assert.Equal([Scene.Device("dave").User], change.MembersSet.Select(member => member.User));
        Assert.Equal((MemberRole.Member, Scene.Place.Seq), (change.MembersSet[0].Role, change.MembersSet[0].FirstSeq));
        Assert.Equal(6, change.Epoch);
    }

    [Theory]
    [InlineData(EntryKind.RoleChanged, "bob", "carol", MemberRole.Admin, ConversationStatus.NotAllowed)]
    [InlineData(EntryKind.RoleChanged, "erin", "carol", MemberRole.Admin, ConversationStatus.NotAllowed)]
    [InlineData(EntryKind.RoleChanged, "alice", "stranger", MemberRole.Admin, ConversationStatus.TargetNotFound)]
    [InlineData(EntryKind.RoleChanged, "alice", "alice", MemberRole.Member, ConversationStatus.LastOwner)]
    [InlineData(EntryKind.RoleChanged, "alice", "bob", (MemberRole)9, ConversationStatus.NotAllowed)]
    [InlineData(EntryKind.RoleChanged, "alice", "bob", MemberRole.Owner, ConversationStatus.Accepted)]
    [InlineData(EntryKind.MemberLeft, "stranger", "stranger", MemberRole.Unspecified, ConversationStatus.NotMember)]
    [InlineData(EntryKind.MemberLeft, "alice", "alice", MemberRole.Unspecified, ConversationStatus.LastOwner)]
    [InlineData(EntryKind.MemberLeft, "bob", "bob", MemberRole.Unspecified, ConversationStatus.Accepted)]
    [InlineData(EntryKind.Application, "alice", "bob", MemberRole.Unspecified, ConversationStatus.NotAllowed)]
    public void A_change_is_judged_in_order(EntryKind kind, string who, string target, MemberRole role, ConversationStatus expected)
    {
        ChangeMembership request = new(Scene.Device(who), MessageId.New(), kind, Scene.Device(target).User, role, 0);

        Assert.Equal(expected, ConversationRules.DecideChange(Scene.State, request, Scene.Place).Status);
    }

    [Theory]
    [InlineData(-1, ConversationStatus.TargetNotFound)]
    [InlineData(0, ConversationStatus.Accepted)]
    [InlineData(4, ConversationStatus.Accepted)]
    [InlineData(5, ConversationStatus.TargetNotFound)]
    public void Only_an_epoch_that_has_ended_can_be_reported(long epoch, ConversationStatus expected)
    {
        ChangeMembership request = new(Scene.Device("bob"), MessageId.New(), EntryKind.EpochReported, default, default, epoch);

        Assert.Equal(expected, ConversationRules.DecideChange(Scene.State, request, Scene.Place).Status);
    }

    [Fact]
    public void A_group_cannot_take_the_id_of_a_pair()
    {
        Caller alice = Scene.Device("alice");
        ConversationId pair = DirectConversation.IdOf(Scene.Device("bob").User, Scene.Device("dave").User);
        CreateConversation request = new(alice, MessageId.New(), ConversationType.Group, Scene.Group, [1], null);
        CommitFacts facts = new(Scene.Group, 0, 0, [], [], Scene.Claim("alice"));

        Assert.Equal(
            ConversationStatus.CommitInvalid, ConversationRules.DecideCreate(null, pair, request, facts, Scene.Certified, Scene.Place).Status);
        Assert.Equal(
            ConversationStatus.Accepted,
            ConversationRules.DecideCreate(null, ConversationId.New(), request, facts, Scene.Certified, Scene.Place).Status);
    }

    [Theory]
    [InlineData("bob", "dave", ConversationStatus.CommitInvalid)]
    [InlineData("alice", "bob", ConversationStatus.Accepted)]
    [InlineData("bob", "alice", ConversationStatus.Accepted)]
    public void A_direct_conversation_is_named_after_its_two_people(string creator, string other, ConversationStatus expected)
    {
        ConversationId id = DirectConversation.IdOf(Scene.Device("alice").User, Scene.Device("bob").User);
        CreateConversation request = new(Scene.Device(creator), MessageId.New(), ConversationType.Direct, Scene.Group, [1], [1]);
        CommitFacts facts = new(Scene.Group, 0, 0, [Scene.Claim(other)], [], Scene.Claim(creator));

        Assert.Equal(expected, ConversationRules.DecideCreate(null, id, request, facts, Scene.Certified, Scene.Place).Status);
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(5, 0, "5 0")]
    [InlineData(0, 7, "7 7")]
    [InlineData(long.MaxValue, long.MaxValue, "100 100")]
    [InlineData(long.MinValue, long.MinValue, null)]
    public void Cursors_only_go_forward_and_stay_within_the_log(long delivered, long read, string? expected)
    {
        MemberState member = new(Scene.Device("bob").User, MemberRole.Member, 1, 0, 0, 1);

        CursorPosition? position = ConversationRules.DecideCursor(Scene.State, member, delivered, read);

        Assert.Equal(expected, position is null ? null : $"{position.DeliveredSeq} {position.ReadSeq}");
    }
}
