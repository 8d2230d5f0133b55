using XChat.Client.Conversations;
using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Client;

/// <summary>The server's roster against the one that is encrypted to.</summary>
public sealed class RosterRulesTests
{
    private static readonly (Guid User, Guid Device) Alice = (Guid.NewGuid(), Guid.NewGuid());
    private static readonly (Guid User, Guid Device) Bob = (Guid.NewGuid(), Guid.NewGuid());

    [Fact]
    public void Equal_rosters_differ_in_nothing() =>
        Assert.Empty(RosterRules.Differences([View(0, Alice), View(2, Bob)], [Leaf(2, Bob), Leaf(0, Alice)]));

    [Fact]
    public void A_leaf_that_the_server_hides_is_named()
    {
        string difference = Assert.Single(RosterRules.Differences([View(0, Alice)], [Leaf(0, Alice), Leaf(1, Bob)]));

        Assert.Contains($"{Bob.Device:D}", difference, StringComparison.Ordinal);
        Assert.Contains("the server says nobody", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_that_the_server_invents_or_renames_is_named()
    {
        Assert.Single(RosterRules.Differences([View(0, Alice), View(1, Bob)], [Leaf(0, Alice)]));
        Assert.Single(RosterRules.Differences([View(0, Bob)], [Leaf(0, Alice)]));
        Assert.Single(RosterRules.Differences([View(0, Alice)], [new MlsMember(0, [1, 2, 3], new byte[32])]));
    }

    private static LeafView View(int leaf, (Guid User, Guid Device) device) => new(leaf, device.User, device.Device);

    private static MlsMember Leaf(int leaf, (Guid User, Guid Device) device) =>
        new(leaf, MemberIdentity.Encode(device.User, device.Device), new byte[32]);
}
