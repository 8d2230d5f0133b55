using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.UnitTests.Client;

/// <summary>A server that hides, forks or rolls back a key is found out by its own log, and nothing is sent.</summary>
public sealed class KeyLogWitnessTests : IAsyncDisposable
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
    public async Task A_key_that_is_not_in_the_log_is_refused()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        using AccountKeys fake = AccountKeys.Generate();
        byte[] list = fake.Sign(new DeviceList(bob.User, 1, 1, [new CertifiedDeviceEntry(Guid.NewGuid(), new byte[32], "")]));
        _server.Account = view => view.User == bob.User ? view with { AccountKey = fake.PublicKey, DeviceList = list } : view;

        await RefusesAsync(alice, bob, SecurityWarningKind.KeyNotLogged);
    }

    [Fact]
    public async Task An_account_of_which_the_log_knows_nothing_is_refused()
    {
        TestDevice alice = await OnlineAsync("alice");
        _server.LogOf = (_, view) => view.Handle != "bob";
        using AccountKeys fake = AccountKeys.Generate();
        Guid user = Guid.NewGuid();
        byte[] list = fake.Sign(new DeviceList(user, 1, 1, [new CertifiedDeviceEntry(Guid.NewGuid(), new byte[32], "")]));
        _server.Register(new AccountView(user, "bob", fake.PublicKey, list));

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.Client.OpenDirectAsync("@bob", Cancelled));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        await alice.WarningAsync(SecurityWarningKind.KeyNotLogged);
    }

    [Fact]
    public async Task A_device_list_that_is_signed_but_kept_out_of_the_log_is_refused()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        await alice.Client.DevicesAsync("@bob", Cancelled);
        using AccountKeys keys = AccountKeys.FromRoot(bob.Account.Root);
        byte[] next = keys.Sign(new DeviceList(bob.User, 2, 2, [new CertifiedDeviceEntry(Guid.NewGuid(), new byte[32], "stolen root")]));
        _server.Account = view => view.User == bob.User ? view with { DeviceList = next } : view;

        await RefusesAsync(alice, bob, SecurityWarningKind.KeyNotLogged);
    }

    [Fact]
    public async Task A_device_list_that_the_log_knows_to_be_old_is_refused_also_at_first_contact()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        AccountView old = _server.Registered(bob.User);
        _devices.Add(await bob.LinkAnotherAsync());
        _server.Account = view => view.User == bob.User ? old : view;

        await RefusesAsync(alice, bob, SecurityWarningKind.DeviceListRolledBack);
    }

    [Fact]
    public async Task A_log_that_goes_back_is_refused()
    {
        TestDevice alice = await OnlineAsync("alice");
        Crypto.Transparency.KeyLogState before = _server.KeyLog.State;
        TestDevice bob = await OnlineAsync("bob");
        await alice.Client.DevicesAsync("@bob", Cancelled);
        _server.KeyLog.Frozen = before;

        await RefusesAsync(alice, alice, SecurityWarningKind.LogRolledBack);
        Assert.NotNull(bob);
    }

    [Fact]
    public async Task A_log_that_does_not_continue_is_refused()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        await alice.Client.DevicesAsync("@bob", Cancelled);
        RuledKeyLog other = new();
        other.Add(_server.Registered(bob.User));
        other.Add(_server.Registered(alice.User));
        RuledKeyLog real = _server.KeyLog;
        _server.KeyLog = real.Fork();
        _server.KeyLog.Lie = head => head with { LogRoot = new byte[32] };

        await RefusesAsync(alice, bob, SecurityWarningKind.LogForked);
        _server.KeyLog = other;
        await RefusesAsync(alice, bob, SecurityWarningKind.LogForked);
    }

    [Fact]
    public async Task A_longer_log_that_does_not_contain_the_known_one_is_refused_though_all_else_in_it_is_right()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        await alice.Client.DevicesAsync("@bob", Cancelled);
        TestDevice carol = await OnlineAsync("carol");
        RuledKeyLog other = _server.KeyLog.Another();
        foreach (TestDevice device in new[] { carol, bob, alice })
        {
            other.Add(_server.Registered(device.User));
        }

        _server.KeyLog = other;

        await RefusesAsync(alice, bob, SecurityWarningKind.LogForked);
    }

    [Fact]
    public async Task Two_people_who_are_shown_two_logs_find_out_by_talking()
    {
        (TestDevice alice, TestDevice bob, TestDevice carol) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("carol"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        RuledKeyLog forAlice = _server.KeyLog.Fork();
        using AccountKeys fake = AccountKeys.Generate();
        byte[] list = fake.Sign(new DeviceList(carol.User, 1, 1, [new CertifiedDeviceEntry(Guid.NewGuid(), new byte[32], "")]));
        forAlice.Add("dave", Guid.NewGuid(), fake.PublicKey, 1, list);
        _server.KeyLogFor = caller => caller.User.Value == alice.User ? forAlice : _server.KeyLog;
        await alice.Client.DevicesAsync("@carol", Cancelled);
        TestDevice erin = await OnlineAsync("erin");
        await bob.Client.DevicesAsync("@erin", Cancelled);

        await alice.SendAsync(chat, "hello");

        await bob.ReadsAsync(chat, "hello");
        Assert.Equal(alice.User, (await bob.WarningAsync(SecurityWarningKind.LogForked)).User);
        Assert.NotNull(erin);
    }

    [Fact]
    public async Task Two_people_who_saw_one_log_at_different_times_are_not_alarmed()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        await OnlineAsync("carol");
        await alice.SendAsync(chat, "one");
        await bob.ReadsAsync(chat, "one");
        await OnlineAsync("dave");
        await bob.Client.DevicesAsync("@dave", Cancelled);
        await bob.SendAsync(chat, "two");
        await alice.ReadsAsync(chat, "one", "two");
        await alice.Client.Sync.Session(chat).SettleAsync();

        Assert.Empty(await alice.Client.WarningsAsync(Cancelled));
        Assert.Empty(await bob.Client.WarningsAsync(Cancelled));
        Assert.Equal(_server.KeyLog.State.Size, (await HeadOfAsync(alice)));
    }

    [Fact]
    public async Task The_owner_finds_out_on_connecting_that_the_log_shows_others_another_key()
    {
        TestDevice alice = await OnlineAsync("alice");
        using AccountKeys fake = AccountKeys.Generate();
        byte[] list = fake.Sign(new DeviceList(alice.User, 2, 1, [new CertifiedDeviceEntry(Guid.NewGuid(), new byte[32], "")]));
        alice.Disconnect();
        _server.KeyLog.Add("alice", alice.User, fake.PublicKey, 2, list);

        await Assert.ThrowsAsync<XChatException>(alice.ConnectAsync);

        await alice.WarningAsync(SecurityWarningKind.OwnKeyForged);
    }

    private static async Task<long> HeadOfAsync(TestDevice device)
    {
        long size = 0;
        await Testing.Eventually.HoldsAsync(
            () => (size = device.Client.Store.Read(transaction =>
                transaction.Setting<XChat.Client.Transparency.StoredLogHead>(XChat.Client.Transparency.StoredLogHead.Setting)) is { } known
                && Crypto.Transparency.SignedLogHead.TryDecode(known.SignedHead, out var head) ? head.Head.Size : 0) > 0, Cancelled);
        return size;
    }

    private async Task RefusesAsync(TestDevice alice, TestDevice bob, SecurityWarningKind kind)
    {
        XChatException refused = await Assert.ThrowsAsync<XChatException>(
            () => alice == bob ? alice.Client.DevicesAsync(Cancelled) : alice.OpenDirectAsync(bob));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        await alice.WarningAsync(kind);
        Assert.DoesNotContain(_server.Calls, call => call.Method == "CreateConversation");
    }

    private async Task<TestDevice> OnlineAsync(string handle)
    {
        TestDevice device = await TestDevice.OnlineAsync(_server, handle);
        _devices.Add(device);
        return device;
    }
}
