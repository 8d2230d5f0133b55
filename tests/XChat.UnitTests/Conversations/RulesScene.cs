using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Conversations;

/// <summary>
/// A group at epoch 5 with head 100: alice owns it, erin is admin, bob and carol are members. Bob's second device waits, one of carol's three
/// is revoked and waits to be removed. Dave and the stranger have accounts.
/// </summary>
internal sealed class RulesScene
{
    private readonly Dictionary<string, Caller> _devices = [];

    public RulesScene()
    {
        foreach (string person in (string[])["alice", "bob", "carol", "erin", "dave", "stranger"])
        {
            _devices[person] = new Caller(UserId.New(), DeviceId.New());
        }

        _devices["bob's second device"] = Device("bob") with { Device = DeviceId.New() };
        _devices["carol's second device"] = Device("carol") with { Device = DeviceId.New() };
        _devices["carol's revoked device"] = Device("carol") with { Device = DeviceId.New() };
        string[] leaves = ["alice", "bob", "carol", "erin", "carol's second device", "carol's revoked device"];
        State = ConversationState.Restore(new StoredConversation(
            ConversationId.New(),
            ConversationType.Group,
            Group,
            5,
            0,
            100,
            1,
            [Member("alice", MemberRole.Owner), Member("bob", MemberRole.Member), Member("carol", MemberRole.Member), Member("erin", MemberRole.Admin)],
            [.. leaves.Select((name, index) => new LeafState(index, Device(name), 1, true, Leaving: name == "carol's revoked device"))],
            [Device("bob's second device")],
            []));
        Certified = new CertifiedDevices(_devices
            .Where(pair => pair.Key != "carol's revoked device")
            .GroupBy(pair => pair.Value.User, pair => pair.Value.Device)
            .ToDictionary(group => group.Key, group => new AccountDescription(
                true, "", [], [], 1, [.. group.Select(device => new CertifiedDevice(device, KeyOf(device)))])));
    }

    public ConversationState State { get; }

    public CertifiedDevices Certified { get; }

    public Guid Group { get; } = Guid.NewGuid();

    public LogPlace Place { get; } = new(101, 1000);

    public Caller Device(string name) => _devices[name];

    public int LeafOf(string name) => State.LeafOf(Device(name))!.Index;

    public LeafClaim Claim(string name) => new(Device(name), KeyOf(Device(name).Device));

    /// <summary>A commit of someone, right in everything but what is said.</summary>
    public (CommitEpoch Request, CommitFacts Facts) Commit(string who, string what)
    {
        CommitFacts good = new(Group, 5, State.LeafOf(Device(who))?.Index ?? 0, [], [], Claim(who));
        CommitFacts facts = what switch
        {
            "is empty" or "is too large" => good,
            "is of another group" => good with { Group = Guid.NewGuid() },
            "adds dave" => good with { Adds = [Claim("dave")] },
            "adds dave in epoch 4" => good with { Adds = [Claim("dave")], Epoch = 4 },
            "adds bob's second device" or "adds bob's second device without a welcome" => good with { Adds = [Claim("bob's second device")] },
            "adds bob's first device again" => good with { Adds = [Claim("bob")] },
            "adds a ghost device of bob" => good with { Adds = [new LeafClaim(Device("bob") with { Device = DeviceId.New() }, new byte[32])] },
            "removes alice" or "removes herself" => good with { Removes = [LeafOf("alice")] },
            "removes bob" => good with { Removes = [LeafOf("bob")] },
            "removes carol's revoked device" => good with { Removes = [LeafOf("carol's revoked device")] },
            "removes one of carol's two devices" => good with { Removes = [LeafOf("carol")] },
            "removes leaf 40" => good with { Removes = [40] },
            "from leaf 0" => good with { SenderLeaf = 0 },
            "with alice's path" => good with { Path = Claim("alice") },
            "with a forged key" => good with { Path = new LeafClaim(Device(who), new byte[32]) },
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "No such commit."),
        };
        byte[]? welcome = facts.Adds.Count > 0 && !what.EndsWith("without a welcome", StringComparison.Ordinal) ? [1] : null;
        byte[] commit = new byte[what == "is too large" ? Limits.CommitBytes + 1 : 1];
        return (new CommitEpoch(Device(who), MessageId.New(), commit, welcome), facts);
    }

    private static byte[] KeyOf(DeviceId device) => [.. device.Value.ToByteArray(), .. device.Value.ToByteArray()];

    private MemberState Member(string name, MemberRole role) => new(Device(name).User, role, 1, 0, 0, 1);
}
