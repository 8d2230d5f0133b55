using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Recovery;
using XChat.EndToEndTests.Standalone;
using XChat.Testing;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Recovery;

/// <summary>An account that lost its devices comes back with handle and PIN, on a real server with three realms.</summary>
public sealed class RecoveryTests
{
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pin_brings_the_account_and_its_conversations_back_and_the_old_device_is_told()
    {
        using TemporaryFolder data = new();
        using TemporaryFolder profiles = new();
        string url = $"http://127.0.0.1:{FreePort.Next()}";
        await using TestProcess server = Start(data, url);
        await server.WaitForLineAsync("XChat is ready", Cancelled, Patience);
        await using XChatClient alice = await OpenAsync(profiles, "alice", url);
        await using XChatClient bob = await OpenAsync(profiles, "bob", url);
        await alice.RegisterAsync("@alice", Cancelled);
        await bob.RegisterAsync("@bob", Cancelled);
        await alice.ConnectAsync(Cancelled);
        await bob.ConnectAsync(Cancelled);
        PinReport report = await alice.SetPinAsync("7391", cancellationToken: Cancelled);
        Guid chat = await alice.OpenDirectAsync("@bob", Cancelled);
        await alice.SendAsync(chat, "before", Cancelled);
        Guid group = await bob.CreateGroupAsync("Friends", ["@alice"], Cancelled);
        await Eventually.HoldsAsync(async () => await JoinedAsync(alice, group), Cancelled, Patience);
        await alice.SyncHistoryAsync(Cancelled);

        string wrong = await XChatAsync(4, "recover", "@alice", "--pin", "0815", "--server", url, "--profile", Path.Combine(profiles.Path, "new"));
        string right = await XChatAsync(0, "recover", "@alice", "--pin", "7391", "--server", url, "--profile", Path.Combine(profiles.Path, "new"));
        await using XChatClient recovered = await OpenAsync(profiles, "new", url);
        await recovered.ConnectAsync(Cancelled);
        await Eventually.HoldsAsync(async () => await JoinedAsync(recovered, chat) && await JoinedAsync(recovered, group), Cancelled, Patience);
        await recovered.SendAsync(chat, "I am back", Cancelled);

        Assert.True(await HasAsync(recovered, chat, "before"));
        Assert.True(report.OneOperator);
        Assert.Contains("keeps nothing from that operator", report.Protection, StringComparison.Ordinal);
        Assert.Contains("The PIN is wrong. 14 guesses are left", wrong, StringComparison.Ordinal);
        Assert.Contains("You are @alice", right, StringComparison.Ordinal);
        Assert.Equal(alice.Self!.User, recovered.Self!.User);
        Assert.NotEqual(alice.Self.Device, recovered.Self.Device);
        await Eventually.HoldsAsync(async () => await HasAsync(bob, chat, "I am back"), Cancelled, Patience);
        await Eventually.HoldsAsync(async () => await HasAsync(alice, chat, "I am back"), Cancelled, Patience);
        await Eventually.HoldsAsync(async () => await WarnedAsync(alice, "tried a wrong PIN"), Cancelled, Patience);
        await Eventually.HoldsAsync(async () => await WarnedAsync(alice, "opened your PIN backup"), Cancelled, Patience);
        Assert.False(await WarnedAsync(recovered, "PIN"));
        Assert.Contains("The PIN is right.", await XChatAsyncOf(recovered, profiles, "pin", "check", "--pin", "7391"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_may_revoke_the_lost_devices_and_a_code_keeps_strangers_out()
    {
        using TemporaryFolder data = new();
        using TemporaryFolder profiles = new();
        string url = $"http://127.0.0.1:{FreePort.Next()}";
        await using TestProcess server = Start(data, url);
        await server.WaitForLineAsync("XChat is ready", Cancelled, Patience);
        await using XChatClient alice = await OpenAsync(profiles, "alice", url);
        await alice.RegisterAsync("@alice", Cancelled);
        await alice.ConnectAsync(Cancelled);
        PinReport report = await alice.SetPinAsync("correct horse battery", withCode: true, Cancelled);
        await using XChatClient fresh = await OpenAsync(profiles, "new", url);

        XChatException withoutCode = await Assert.ThrowsAsync<XChatException>(
            () => fresh.RecoverAsync("@alice", "correct horse battery", cancellationToken: Cancelled));
        XChatException wrongCode = await Assert.ThrowsAsync<XChatException>(
            () => fresh.RecoverAsync("@alice", "correct horse battery", "aaaa-bbbb-cccc-dddd", cancellationToken: Cancelled));
        Assert.All(await alice.RecoveryStateAsync(Cancelled), realm => Assert.Equal((10, 0), (realm.GuessesLeft, realm.Attempts.Count)));
        OwnDevice self = await fresh.RecoverAsync("@alice", "correct horse battery", report.Code!.ToUpperInvariant(), revokeOthers: true, Cancelled);
        await fresh.ConnectAsync(Cancelled);

        Assert.Contains("--code", withoutCode.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was counted", wrongCode.Message, StringComparison.Ordinal);
        Assert.Equal([self.Device], (await fresh.DevicesAsync(Cancelled)).Select(device => device.Device));
        Assert.Equal(3, (await fresh.CheckPinAsync("correct horse battery", Cancelled)).Realms.Count);
        XChatException revoked = await Assert.ThrowsAsync<XChatException>(async () =>
        {
            await alice.DisposeAsync();
            await using XChatClient again = await OpenAsync(profiles, "alice", url);
            await again.ConnectAsync(Cancelled);
        });
        Assert.Equal(ClientErrorReason.SignInRefused, revoked.Reason);
    }

    [Fact]
    public async Task A_revocation_with_the_pin_keeps_it_good_and_one_without_says_that_it_is_void()
    {
        using TemporaryFolder data = new();
        using TemporaryFolder profiles = new();
        string url = $"http://127.0.0.1:{FreePort.Next()}";
        await using TestProcess server = Start(data, url);
        await server.WaitForLineAsync("XChat is ready", Cancelled, Patience);
        await using XChatClient alice = await OpenAsync(profiles, "alice", url);
        await alice.RegisterAsync("@alice", Cancelled);
        await alice.ConnectAsync(Cancelled);
        await alice.SetPinAsync("7391", cancellationToken: Cancelled);
        Guid first = await RecoverAsync("first");

        XChatException wrong = await Assert.ThrowsAsync<XChatException>(() => alice.RevokeDeviceAsync(first, "0815", Cancelled));
        Assert.Equal(2, (await alice.DevicesAsync(Cancelled)).Count);
        Revocation kept = await alice.RevokeDeviceAsync(first, "7391", Cancelled);
        Guid second = await RecoverAsync("second");
        Revocation lost = await alice.RevokeDeviceAsync(second, null, Cancelled);
        string gone = await XChatAsync(3, "recover", "@alice", "--pin", "7391", "--server", url, "--profile", Path.Combine(profiles.Path, "third"));
        string audit = await XChatAsync(0, "audit", "--server", url, "--profile", Path.Combine(profiles.Path, "auditor"));

        Assert.Contains("The PIN is wrong", wrong.Message, StringComparison.Ordinal);
        Assert.Equal((3, false), (kept.Backup!.Realms.Count, kept.PinLost));
        Assert.Equal((null, true), (lost.Backup, lost.PinLost));
        Assert.Single(await alice.DevicesAsync(Cancelled));
        Assert.DoesNotContain("You are @alice", gone, StringComparison.Ordinal);
        Assert.Contains("signed by key", audit, StringComparison.Ordinal);

        async Task<Guid> RecoverAsync(string profile)
        {
            await using XChatClient other = await OpenAsync(profiles, profile, url);
            return (await other.RecoverAsync("@alice", "7391", cancellationToken: Cancelled)).Device;
        }
    }

    [Fact]
    public async Task Another_pin_replaces_the_one_before_and_a_deleted_one_opens_nothing()
    {
        using TemporaryFolder data = new();
        using TemporaryFolder profiles = new();
        string url = $"http://127.0.0.1:{FreePort.Next()}";
        await using TestProcess server = Start(data, url);
        await server.WaitForLineAsync("XChat is ready", Cancelled, Patience);
        await using XChatClient alice = await OpenAsync(profiles, "alice", url);
        await alice.RegisterAsync("@alice", Cancelled);
        await alice.ConnectAsync(Cancelled);
        await alice.SetPinAsync("7391", cancellationToken: Cancelled);

        await alice.SetPinAsync("5082", cancellationToken: Cancelled);
        XChatException old = await Assert.ThrowsAsync<XChatException>(() => alice.CheckPinAsync("7391", Cancelled));
        await alice.CheckPinAsync("5082", Cancelled);
        await alice.RefreshPinAsync(Cancelled);
        await alice.CheckPinAsync("5082", Cancelled);
        IReadOnlyList<RealmState> kept = await alice.RecoveryStateAsync(Cancelled);
        await alice.DeletePinAsync(Cancelled);
        XChatException gone = await Assert.ThrowsAsync<XChatException>(() => alice.CheckPinAsync("5082", Cancelled));

        Assert.Contains("The PIN is wrong", old.Message, StringComparison.Ordinal);
        Assert.Equal(3, kept.Count(realm => realm is { Registered: true, Reached: true }));
        Assert.Equal(ClientErrorReason.NotFound, gone.Reason);
    }

    private static async Task<bool> JoinedAsync(XChatClient client, Guid conversation) =>
        (await client.ConversationsAsync(Cancelled)).Any(one => one.Id == conversation && one.Stage == ConversationStage.Joined);

    private static async Task<bool> HasAsync(XChatClient client, Guid conversation, string text) =>
        (await client.ReadAsync(conversation, 0, 50, Cancelled)).Any(message => message.Text == text);

    private static async Task<bool> WarnedAsync(XChatClient client, string text) =>
        (await client.WarningsAsync(Cancelled)).Any(warning => warning.Text.Contains(text, StringComparison.Ordinal));

    private static async Task<string> XChatAsyncOf(XChatClient open, TemporaryFolder profiles, params string[] arguments)
    {
        // One process at a time has a profile open.
        await open.DisposeAsync();
        return await XChatAsync(0, [.. arguments, "--profile", Path.Combine(profiles.Path, "new")]);
    }

    private static async Task<string> XChatAsync(int expected, params string[] arguments)
    {
        await using TestProcess xchat = TestProcess.StartDotnet(ProjectOutput.Of("client/XChat.Cli", "xchat"), arguments);
        int exit = await xchat.WaitForExitAsync(Cancelled, Patience);
        Assert.True(exit == expected, $"xchat {string.Join(' ', arguments)} ended with {exit}:{Environment.NewLine}{xchat.Transcript()}");
        return xchat.Transcript();
    }

    private static Task<XChatClient> OpenAsync(TemporaryFolder profiles, string name, string url) => XChatClient.OpenAsync(
        new XChatClientOptions
        {
            ProfileFolder = Path.Combine(profiles.Path, name), Server = new Uri(url), RecoveryWatchPause = TimeSpan.FromMilliseconds(500),
        },
        Cancelled);

    private static TestProcess Start(TemporaryFolder folder, string url) => TestProcess.StartDotnet(
        ProjectOutput.Of("deploy/standalone", "xchat-standalone"), ["--data", folder.Path, "--urls", url]);
}
