using NSec.Cryptography;

using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Client;

/// <summary>A server or a member that lies is found out, and nothing goes to whom it should not.</summary>
public sealed class TrustTests : IAsyncDisposable
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
    public async Task A_device_list_that_goes_back_is_refused()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        AccountView old = _server.Registered(bob.User);
        _devices.Add(await bob.LinkAnotherAsync());
        await alice.Client.DevicesAsync("@bob", Cancelled);
        _server.Account = view => view.User == bob.User ? old : view;

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        Assert.Equal(bob.User, (await alice.WarningAsync(SecurityWarningKind.DeviceListRolledBack)).User);
        Assert.DoesNotContain(_server.Calls, call => call.Method == "CreateConversation");
    }

    [Fact]
    public async Task Another_list_of_the_same_version_is_refused()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        await alice.Client.DevicesAsync("@bob", Cancelled);
        using AccountKeys keys = AccountKeys.FromRoot(bob.Account.Root);
        byte[] other = keys.Sign(new DeviceList(bob.User, 1, 99, [new CertifiedDeviceEntry(Guid.NewGuid(), new byte[32], "split view")]));
        _server.Account = view => view.User == bob.User ? view with { DeviceList = other } : view;

        await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        await alice.WarningAsync(SecurityWarningKind.DeviceListRolledBack);
    }

    [Theory]
    [InlineData(SecurityWarningKind.AccountKeyChanged)]
    [InlineData(SecurityWarningKind.DeviceListForged)]
    public async Task Another_account_key_and_an_unsigned_list_are_refused(SecurityWarningKind kind)
    {
        (TestDevice alice, TestDevice bob, TestDevice mallory) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("mallory"));
        await alice.Client.DevicesAsync("@bob", Cancelled);
        AccountView stolen = _server.Registered(mallory.User);
        _server.Account = view => view.User != bob.User ? view
            : kind == SecurityWarningKind.AccountKeyChanged ? stolen with { User = bob.User, Handle = "bob" } : view with { DeviceList = stolen.DeviceList };

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        await alice.WarningAsync(kind);
    }

    [Fact]
    public async Task A_handle_that_leads_to_another_account_than_before_is_refused()
    {
        (TestDevice alice, TestDevice bob, TestDevice mallory) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("mallory"));
        await alice.Client.DevicesAsync("@bob", Cancelled);
        _server.Account = view => view.User == bob.User ? _server.Registered(mallory.User) with { Handle = "bob" } : view;

        await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        await alice.WarningAsync(SecurityWarningKind.AccountKeyChanged);
    }

    [Fact]
    public async Task Key_packages_of_somebody_else_are_refused()
    {
        (TestDevice alice, TestDevice bob, TestDevice mallory) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("mallory"));
        byte[] foreign = _server.Claim([mallory.User]).Single().KeyPackage;
        _server.KeyPackage = package => package with { KeyPackage = foreign };

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        Assert.Equal(bob.User, (await alice.WarningAsync(SecurityWarningKind.GhostDevice)).User);
    }

    [Fact]
    public async Task A_ghost_device_that_a_member_and_the_server_let_in_is_kept_out_until_the_group_starts_over()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        await alice.SendAsync(group, "before");
        await bob.ReadsAsync(group, "before");

        await CommitGhostAsync(bob, group, alice.User);

        SecurityWarning warning = await alice.WarningAsync(SecurityWarningKind.GhostDevice);
        await alice.StageAsync(group, ConversationStage.Broken);
        Assert.Contains("@bob", warning.Text, StringComparison.Ordinal);
        ChatMessage queued = await alice.Client.QueueAsync(group, new TextContent("for bob only"), Cancelled);
        await alice.Client.Sync.Session(group).SettleAsync();
        Assert.DoesNotContain(_server.Conversation(group).Log, entry => entry.Message.Value == queued.Id);

        _server.Ghosts.Clear();
        await alice.Client.RestartAsync(group, Cancelled);

        await bob.ReadsAsync(group, "before", "for bob only");
        Assert.Equal(2, _server.Conversation(group).State!.Leaves.Count);
    }

    [Fact]
    public async Task A_server_roster_that_differs_from_the_encrypted_one_is_said()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        _server.View = view => view with { Leaves = [.. view.Leaves, new LeafView(7, Guid.NewGuid(), Guid.NewGuid())] };

        Guid chat = await alice.OpenDirectAsync(bob);

        Assert.Equal(chat, (await alice.WarningAsync(SecurityWarningKind.RosterDiffers)).Conversation);
    }

    [Fact]
    public async Task A_message_under_another_name_is_not_shown()
    {
        (TestDevice alice, TestDevice bob, TestDevice carol) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("carol"));
        Guid group = await alice.Client.CreateGroupAsync("team", ["bob", "carol"], Cancelled);
        await bob.StageAsync(group, ConversationStage.Joined);
        await carol.StageAsync(group, ConversationStage.Joined);
        _server.Push = entry => entry.Kind == EntryKind.Application ? entry with { User = carol.User, Device = carol.Client.Self!.Device } : entry;

        await alice.SendAsync(group, "I am alice");

        Assert.Equal(carol.User, (await bob.WarningAsync(SecurityWarningKind.SenderForged)).User);
        Assert.Empty(await bob.TextsAsync(group));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task A_damaged_message_is_shown_as_such_and_the_next_one_is_read(int position)
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        _server.Push = entry => entry with { Payload = Flip(entry.Payload, position) };
        await alice.SendAsync(chat, "damaged");
        _server.Push = entry => entry;

        await alice.SendAsync(chat, "whole");

        await bob.ReadsAsync(chat, "whole");
        Assert.Contains(await bob.Client.ReadAsync(chat, 0, 10, Cancelled), message => message.Kind == MessageKind.Undecryptable);
    }

    private static byte[] Flip(byte[] bytes, int position)
    {
        byte[] copy = [.. bytes];
        copy[position < 0 ? copy.Length + position : position] ^= 1;
        return copy;
    }

    /// <summary>A hostile member commits a device of its own making as one of the victim's, and the server plays along.</summary>
    private async Task CommitGhostAsync(TestDevice member, Guid conversation, Guid victim)
    {
        using Key ghostKey = Key.Create(SignatureAlgorithm.Ed25519);
        Guid ghost = Guid.NewGuid();
        using KeyPackageBundle package = KeyPackageBundle.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, MemberIdentity.Encode(victim, ghost), ghostKey,
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1_000), lastResort: false);
        _server.Ghosts.Add((victim, new CertifiedDevice(new DeviceId(ghost), ghostKey.PublicKey.Export(KeyBlobFormat.RawPublicKey))));
        using DeviceKeys keys = new(member.Account);
        using MlsGroup group = MlsGroup.Deserialize(member.Client.Store.Read(transaction => transaction.Group(conversation))!, keys.Signing);
        using PendingCommit commit = group.Commit([package.KeyPackage], [], (_, _) => true);
        RuledHub hub = _server.Connect(member.User, keys.Device, member.Client.Sync);

        EntryResult result = await hub.CommitEpoch(
            new CommitEpochRequest(conversation, Guid.NewGuid(), commit.Message, commit.Welcome));

        _server.Disconnect(hub);
        Assert.Equal(ConversationStatus.Accepted, result.Status);
    }

    private async Task<TestDevice> OnlineAsync(string handle)
    {
        TestDevice device = await TestDevice.OnlineAsync(_server, handle);
        _devices.Add(device);
        return device;
    }
}
