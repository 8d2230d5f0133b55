using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.UnitTests.Client;

/// <summary>
/// A device that was taken out, and then taken apart, has the root secret of before. Neither the server nor anybody's client believes what it signs, and the
/// devices that stay go on with the new one.
/// </summary>
public sealed class RevokedDeviceTests : IAsyncDisposable
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
    public async Task The_server_refuses_every_list_that_a_revoked_device_signs()
    {
        (TestDevice alice, _, OwnAccount thief) = await RevokeAsync();
        using AccountKeys stolen = AccountKeys.FromRoot(thief.Root);
        using AccountKeys fresh = AccountKeys.Generate();
        Caller nobody = new(new UserId(alice.User), DeviceId.Empty);
        DeviceList wanted = new(alice.User, Listed(alice).Version + 1, 0, [.. Listed(alice).Devices, new(Guid.NewGuid(), PublicKeyOf(fresh), "thief")]);

        Assert.Equal(PublishDeviceListStatus.Invalid, _server.Decide(nobody, stolen.Sign(wanted)).Status);
        Assert.Equal(PublishDeviceListStatus.Invalid, _server.Decide(nobody, fresh.Sign(stolen.PassOn(wanted, fresh))).Status);
        Assert.Equal(2, Listed(alice).Devices.Count);
    }

    [Fact]
    public async Task A_server_in_league_with_a_revoked_device_is_found_out_by_contacts_and_by_the_devices_that_stay()
    {
        (TestDevice alice, TestDevice bob, OwnAccount thief) = await RevokeAsync();
        await bob.Client.DevicesAsync("@alice", Cancelled);
        using AccountKeys stolen = AccountKeys.FromRoot(thief.Root);
        using AccountKeys fresh = AccountKeys.Generate();
        CertifiedDeviceEntry ghost = new(Guid.NewGuid(), PublicKeyOf(fresh), "thief");
        DeviceList wanted = new(alice.User, Listed(alice).Version + 1, 0, [.. Listed(alice).Devices, ghost]);
        foreach ((byte[] list, byte[] key) in new[]
        {
            (stolen.Sign(wanted), stolen.PublicKey), (fresh.Sign(stolen.PassOn(wanted, fresh)), fresh.PublicKey),
        })
        {
            _server.Account = view => view.User == alice.User ? view with { AccountKey = key, DeviceList = list } : view;

            Assert.Equal(ClientErrorReason.Security, (await Assert.ThrowsAsync<XChatException>(() => bob.Client.DevicesAsync("@alice", Cancelled))).Reason);
            Assert.Equal(ClientErrorReason.Security, (await Assert.ThrowsAsync<XChatException>(() => alice.Client.DevicesAsync(Cancelled))).Reason);
        }

        await bob.WarningAsync(SecurityWarningKind.AccountKeyChanged);
        await alice.WarningAsync(SecurityWarningKind.AccountKeyChanged);
    }

    [Fact]
    public async Task A_device_that_stays_goes_on_with_the_new_root_secret_also_when_it_missed_several()
    {
        TestDevice alice = await OnlineAsync("alice");
        TestDevice tablet = await KeepAsync(alice.LinkAnotherAsync());
        await tablet.EndAsync();
        for (int turn = 0; turn < 2; turn++)
        {
            TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
            await alice.Client.RevokeDeviceAsync(phone.Client.Self!.Device, null, Cancelled);
        }

        await tablet.OpenAsync();
        await tablet.ConnectAsync();

        Assert.Equal(alice.Account.Root, tablet.Account.Root);
        Assert.Equal(_server.Registered(alice.User).AccountKey, tablet.Account.AccountKey);
        await tablet.Client.RenameDeviceAsync(tablet.Client.Self!.Device, "kitchen", Cancelled);
        Assert.Contains(await alice.Client.DevicesAsync(Cancelled), device => device.Label == "kitchen");
    }

    [Fact]
    public async Task A_safety_number_that_was_compared_is_said_to_be_another_one_and_is_the_same_on_both_sides()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        string before = (await bob.Client.MarkVerifiedAsync("@alice", verified: true, Cancelled)).Digits;
        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());

        await alice.Client.RevokeDeviceAsync(phone.Client.Self!.Device, null, Cancelled);
        var now = await bob.Client.SafetyAsync("@alice", Cancelled);

        Assert.NotEqual(before, now.Digits);
        Assert.Equal(now.Digits, (await alice.Client.SafetyAsync("@bob", Cancelled)).Digits);
        Assert.Equal((false, true), (now.Verified, now.Changed));
        await bob.WarningAsync(SecurityWarningKind.SafetyNumberChanged);
        Assert.True((await bob.Client.MarkVerifiedAsync("@alice", verified: true, Cancelled)).Verified);
        Assert.DoesNotContain(await bob.Client.WarningsAsync(Cancelled), warning => warning.Kind == SecurityWarningKind.AccountKeyChanged);
    }

    [Fact]
    public async Task Conversations_go_on_with_the_new_key()
    {
        (TestDevice alice, TestDevice bob, _) = await RevokeAsync();

        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        await bob.SendAsync(chat, "still you");

        await alice.ReadsAsync(chat, "still you");
        Assert.Empty(await alice.Client.WarningsAsync(Cancelled));
        Assert.Empty(await bob.Client.WarningsAsync(Cancelled));
    }

    [Fact]
    public async Task A_device_that_is_left_on_the_list_without_the_secret_warns_of_a_take_over()
    {
        TestDevice alice = await OnlineAsync("alice");
        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        using AccountKeys stolen = AccountKeys.FromRoot(phone.Account.Root);
        using AccountKeys thief = AccountKeys.Generate();
        DeviceList list = stolen.PassOn(Listed(alice) with { Version = Listed(alice).Version + 1 }, thief);
        byte[] signed = thief.Sign(list with { History = list.History! with { Shares = [] } });
        Assert.Equal(PublishDeviceListStatus.Accepted, _server.Decide(new Caller(new UserId(alice.User), DeviceId.Empty), signed).Status);

        await Assert.ThrowsAsync<XChatException>(() => alice.Client.DevicesAsync(Cancelled));

        await alice.WarningAsync(SecurityWarningKind.OwnKeyForged);
        Assert.Equal(stolen.PublicKey, alice.Account.AccountKey);
    }

    [Fact]
    public async Task The_first_contact_after_registering_does_not_take_another_key_for_the_own_one()
    {
        TestDevice alice = await KeepAsync(TestDevice.NewAsync(_server));
        OwnAccount account = alice.Client.Prepare("alice");
        using AccountKeys fake = AccountKeys.Generate();
        byte[] list = fake.Sign(new DeviceList(account.User, 1, 0, [new CertifiedDeviceEntry(account.Device, new byte[32], "")]));
        _server.Register(new AccountView(account.User, "alice", fake.PublicKey, list));
        alice.Client.Complete(account, new Uri("http://nowhere.test"));

        XChatException refused = await Assert.ThrowsAsync<XChatException>(alice.ConnectAsync);

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        await alice.WarningAsync(SecurityWarningKind.AccountKeyChanged);
    }

    private DeviceList Listed(TestDevice of)
    {
        AccountView view = _server.Registered(of.User);
        Assert.True(DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list));
        return list;
    }

    private static byte[] PublicKeyOf(AccountKeys keys) => keys.PublicKey;

    /// <summary>Alice, who has taken a phone out and keeps a laptop and a tablet; Bob, her contact; and what was on the phone.</summary>
    private async Task<(TestDevice Alice, TestDevice Bob, OwnAccount Thief)> RevokeAsync()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        await bob.Client.DevicesAsync("@alice", Cancelled);
        _ = await KeepAsync(alice.LinkAnotherAsync());
        TestDevice phone = await KeepAsync(alice.LinkAnotherAsync());
        OwnAccount thief = phone.Account;
        await alice.Client.RevokeDeviceAsync(phone.Client.Self!.Device, null, Cancelled);
        return (alice, bob, thief);
    }

    private async Task<TestDevice> OnlineAsync(string handle) => await KeepAsync(TestDevice.OnlineAsync(_server, handle));

    private async Task<TestDevice> KeepAsync(Task<TestDevice> made)
    {
        TestDevice device = await made;
        _devices.Add(device);
        return device;
    }
}
