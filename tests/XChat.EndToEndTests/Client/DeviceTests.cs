using System.Text.RegularExpressions;

using XChat.EndToEndTests.Standalone;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>Devices and safety numbers as people use them: the real <c>xchat</c> against a standalone server.</summary>
[Collection(typeof(StandaloneCollection))]
public sealed class DeviceTests(StandaloneFixture standalone) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _alice = People.NewHandle("alice");
    private readonly string _bob = People.NewHandle("bob");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static TimeSpan Patience => TestProcess.Patience;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_linked_device_talks_and_a_revoked_one_does_not_get_in_again()
    {
        _ = await AsAsync("alice", "register", _alice);
        _ = await AsAsync("bob", "register", _bob);
        _ = await AsAsync("alice", "send", _bob, "before the phone");

        await LinkAsync();
        await using TestProcess alice = XChatProcess.Start(Arguments("alice", "listen", "--json"));
        _ = await alice.WaitForLineAsync("\"connected\":true", Cancelled, Patience);
        await Testing.Eventually.HoldsAsync(
            async () => (await XChatProcess.RunAsync(Cancelled, Arguments("phone", "send", _bob, "from the phone"))).ExitCode == 0,
            Cancelled, Patience, what: "the phone is in the conversation");
        Assert.Contains(await AsAsync("bob", "read", _alice), line => line.EndsWith($"{_alice}: from the phone", StringComparison.Ordinal));
        alice.SendInterrupt();
        _ = await alice.WaitForExitAsync(Cancelled, Patience);

        string[] devices = await AsAsync("alice", "devices");
        Assert.Equal(2, devices.Length);
        string phone = devices.Single(line => !line.Contains("(this one)", StringComparison.Ordinal))[..36];
        _ = await AsAsync("alice", "devices", "name", phone, "lost phone");
        _ = await AsAsync("alice", "devices", "revoke", "lost phone");
        XChatProcess.Ended refused = await XChatProcess.RunAsync(Cancelled, Arguments("phone", "send", _bob, "still here"));
        Assert.Equal(11, refused.ExitCode);
        Assert.Single(await AsAsync("alice", "devices"));
    }

    [Fact]
    public async Task Two_people_compare_safety_numbers()
    {
        _ = await AsAsync("alice", "register", _alice);
        _ = await AsAsync("bob", "register", _bob);

        string[] here = await AsAsync("alice", "verify", _bob);
        string[] there = await AsAsync("bob", "verify", _alice);
        string[] numbers = [.. here.Where(line => Regex.IsMatch(line, @"^  \d{5}( \d{5}){3}$"))];
        string code = there.Single(line => line.StartsWith("xchat:verify:", StringComparison.Ordinal));

        Assert.Equal(3, numbers.Length);
        Assert.Equal(numbers, there.Where(numbers.Contains));
        Assert.Equal($"{_bob} is not verified.", here[^1]);
        Assert.Equal($"{_bob} is verified.", Assert.Single(await AsAsync("alice", "verify", _bob, "--scan", code)));
        Assert.Equal($"{_bob} is verified.", (await AsAsync("alice", "verify", _bob))[^1]);
        string wrong = here.Single(line => line.StartsWith("xchat:verify:", StringComparison.Ordinal));
        Assert.Equal(2, (await XChatProcess.RunAsync(Cancelled, Arguments("alice", "verify", _bob, "--scan", wrong))).ExitCode);
    }

    private async Task LinkAsync()
    {
        await using TestProcess phone = XChatProcess.Start(Arguments("phone", "link"));
        string code = Regex.Match(await phone.WaitForLineAsync("devices link", Cancelled, Patience), @"xchat:link:\S+").Value;
        await using TestProcess old = XChatProcess.Start(Arguments("alice", "devices", "link", code));
        string here = await old.WaitForLineAsync("Digits:", Cancelled, Patience);
        string there = await phone.WaitForLineAsync("Digits:", Cancelled, Patience);
        Assert.Equal(here, there);
        await phone.WriteLineAsync("y", Cancelled);
        await old.WriteLineAsync("yes", Cancelled);
        Assert.Equal(0, await old.WaitForExitAsync(Cancelled, Patience));
        Assert.Equal(0, await phone.WaitForExitAsync(Cancelled, Patience));
        Assert.Contains(phone.Output, line => line == $"This is a device of {_alice} now.");
    }

    private string[] Arguments(string profile, params string[] command) =>
        ["--server", standalone.Server.OriginalString, "--profile", Path.Combine(_folder.Path, profile), .. command];

    private Task<string[]> AsAsync(string profile, params string[] command) => XChatProcess.SucceedAsync(Cancelled, Arguments(profile, command));
}
