using System.Text.Json;
using System.Text.RegularExpressions;

using XChat.EndToEndTests.Standalone;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary><c>xchat</c> as people use it, against a standalone server.</summary>
[Collection(typeof(StandaloneCollection))]
public sealed class CommandLineTests(StandaloneFixture standalone) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _alice = People.NewHandle("alice");
    private readonly string _bob = People.NewHandle("bob");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_people_register_send_read_and_make_a_group()
    {
        string[] registered = await RegisterAsync(_alice);
        _ = await RegisterAsync(_bob);

        Assert.Equal($"You are {_alice} on {standalone.Server}", registered[0]);
        Assert.Contains("backed up at 3 realms, of which 2 bring them back", registered[2], StringComparison.Ordinal);
        Assert.Contains("keeps nothing from that operator", registered[3], StringComparison.Ordinal);
        Assert.Matches(Numbered(2, $"{_alice}: Hello \"Bob\""), Assert.Single(await AsAsync(_alice, "send", _bob, "Hello \"Bob\"")));
        Assert.Matches(Numbered(2, $"{_alice}: Hello \"Bob\""), Assert.Single(await AsAsync(_bob, "read", _alice)));
        Assert.Matches(Numbered(3, $"{_bob}: Hi"), Assert.Single(await AsAsync(_bob, "send", _alice, "Hi")));
        Assert.Matches(@"direct  @bob\S* +1 unread  \d\d:\d\d  @bob\S*: Hi$", Assert.Single(await AsAsync(_alice, "conversations")));
        Assert.Equal(3, (await AsAsync(_alice, "read", _bob)).Length);
        Assert.DoesNotContain("unread", Assert.Single(await AsAsync(_alice, "conversations")), StringComparison.Ordinal);

        Assert.EndsWith("\"Trip\" with 2 members", Assert.Single(await AsAsync(_alice, "group", "create", "Trip", _bob)), StringComparison.Ordinal);
        _ = await AsAsync(_bob, "send", "Trip", "Pack light");
        _ = await AsAsync(_alice, "group", "role", "Trip", _bob, "admin");
        Assert.Contains(await AsAsync(_bob, "group", "members", "Trip"), line => Regex.IsMatch(line, @"^@bob\S* +admin"));
        _ = await AsAsync(_alice, "group", "remove", "Trip", _bob);
        XChatProcess.Ended refused = await RunAsync(_bob, "send", "Trip", "Wait!");
        Assert.Equal((3, "xchat: Nothing was sent: you are not in this conversation."), (refused.ExitCode, Assert.Single(refused.Error)));
    }

    [Fact]
    public async Task What_was_done_or_refused_is_said_to_programs_by_every_command()
    {
        _ = await RegisterAsync(_alice);
        _ = await RegisterAsync(_bob);
        (string Type, string[] Command)[] done =
        [
            ("message", ["send", _bob, "Hello"]),
            ("deleted", ["delete", _bob, "2"]),
            ("timer", ["timer", _bob, "7d"]),
            ("renamed", ["group", "rename", "Trip", "Rome"]),
            ("added", ["group", "add", "Rome", _bob]),
            ("role", ["group", "role", "Rome", _bob, "admin"]),
            ("removed", ["group", "remove", "Rome", _bob]),
            ("restarted", ["group", "restart", "Rome"]),
            ("left", ["group", "leave", "Rome"]),
            ("named", ["devices", "name", (await DeviceAsync())[..8], "desk"]),
            ("history", ["history", "sync"]),
            ("refreshed", ["pin", "refresh"]),
            ("deleted", ["pin", "delete"]),
            ("paymentPin", ["payment-pin", "set", "--pin", "7391"]),
            ("paymentPin", ["payment-pin", "remove", "--pin", "7391"]),
        ];
        _ = await AsAsync(_alice, "group", "create", "Trip");
        foreach ((string type, string[] command) in done)
        {
            string line = Assert.Single(await AsAsync(_alice, [.. command, "--json"]));
            Assert.Equal((string.Join(' ', command), type), (string.Join(' ', command), TypeOf(line)));
        }

        foreach ((int code, string[] command) in new (int, string[])[] { (3, ["read", "Nowhere"]), (2, ["timer", _bob, "soon"]), (2, ["send", _alice, "me"]) })
        {
            XChatProcess.Ended ended = await RunAsync(_alice, [.. command, "--json"]);
            JsonElement error = JsonDocument.Parse(Assert.Single(ended.Output)).RootElement;
            Assert.Equal(("error", code, code), (error.GetProperty("type").GetString(), error.GetProperty("exitCode").GetInt32(), ended.ExitCode));
            Assert.Equal($"xchat: {error.GetProperty("message").GetString()}", Assert.Single(ended.Error));
        }

        async Task<string> DeviceAsync() =>
            JsonDocument.Parse(Assert.Single(await AsAsync(_alice, "devices", "--json"))).RootElement.GetProperty("device").GetString()!;
        static string? TypeOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("type").GetString();
    }

    [Fact]
    public async Task A_chat_and_the_demo_speak_to_programs_too()
    {
        _ = await RegisterAsync(_alice);
        _ = await RegisterAsync(_bob);
        await using TestProcess alice = Start(_alice, "chat", _bob, "--json");
        await alice.WriteLineAsync("Are you there?", Cancelled);
        string line = await alice.WaitForLineAsync("Are you there?", Cancelled, Patience);
        await alice.WriteLineAsync("/quit", Cancelled);
        Assert.Equal(0, await alice.WaitForExitAsync(Cancelled, Patience));
        string[] demo = await XChatProcess.SucceedAsync(Cancelled, "demo", "--json", "--server", standalone.Server.OriginalString);

        Assert.Equal("message", JsonDocument.Parse(line).RootElement.GetProperty("type").GetString());
        Assert.Equal(0, JsonDocument.Parse(demo[^1]).RootElement.GetProperty("found").GetInt32());
        Assert.All(demo, shown => Assert.NotNull(JsonDocument.Parse(shown).RootElement.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Two_chats_are_live_both_ways()
    {
        _ = await RegisterAsync(_alice);
        _ = await RegisterAsync(_bob);
        await using TestProcess alice = Start(_alice, "chat", _bob);
        await alice.WriteLineAsync("Are you there?", Cancelled);
        _ = await alice.WaitForLineAsync("Are you there?", Cancelled, Patience);
        await using TestProcess bob = Start(_bob, "chat", _alice);
        _ = await bob.WaitForLineAsync("Are you there?", Cancelled, Patience);

        await bob.WriteLineAsync("I am.", Cancelled);
        _ = await alice.WaitForLineAsync($"{_bob}: I am.", Cancelled, Patience);
        await alice.WriteLineAsync("/quit", Cancelled);
        Assert.Equal(0, await alice.WaitForExitAsync(Cancelled, Patience));
        bob.SendInterrupt();
        Assert.Equal(0, await bob.WaitForExitAsync(Cancelled, Patience));
        Assert.Empty(alice.Error.Concat(bob.Error));
    }

    [Fact]
    public async Task Listening_prints_one_object_a_line_until_it_is_interrupted()
    {
        _ = await RegisterAsync(_alice);
        _ = await RegisterAsync(_bob);
        await using TestProcess bob = Start(_bob, "listen", "--json");
        _ = await bob.WaitForLineAsync("\"connected\":true", Cancelled, Patience);

        _ = await AsAsync(_alice, "send", _bob, "One\nand \u001b[31mtwo");
        string line = await bob.WaitForLineAsync("\"kind\":\"content\"", Cancelled, Patience);
        bob.SendInterrupt();

        Assert.Equal(0, await bob.WaitForExitAsync(Cancelled, Patience));
        Assert.Equal("One\nand \u001b[31mtwo", JsonDocument.Parse(line).RootElement.GetProperty("text").GetString());
        // Another person's text cannot steer the terminal, nor look like a line of its own.
        string[] shown = await AsAsync(_bob, "read", _alice);
        Assert.DoesNotContain(shown, text => text.Contains('\u001b', StringComparison.Ordinal));
        Assert.EndsWith("      and \uFFFD[31mtwo", shown[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_for_a_server_that_is_away_waits_in_the_outbox_and_leaves_later()
    {
        _ = await RegisterAsync(_alice);
        _ = await RegisterAsync(_bob);
        _ = await AsAsync(_alice, "send", _bob, "first");
        string nowhere = $"http://127.0.0.1:{FreePort.Next()}/";

        XChatProcess.Ended sent = await RunAsync(_alice, "send", _bob, "later", "--server", nowhere);
        XChatProcess.Ended read = await RunAsync(_alice, "read", _bob, "--server", nowhere);
        XChatProcess.Ended stranger = await RunAsync(_alice, "send", "@nobody_here", "hm", "--server", nowhere);
        _ = await AsAsync(_alice, "conversations");

        Assert.Equal(5, sent.ExitCode);
        Assert.EndsWith("later (not sent yet)", Assert.Single(sent.Output), StringComparison.Ordinal);
        Assert.Contains("is in the outbox and leaves with the next connection", Assert.Single(sent.Error), StringComparison.Ordinal);
        Assert.Equal((5, 3), (read.ExitCode, read.Output.Length));
        Assert.Equal(5, stranger.ExitCode);
        Assert.StartsWith($"xchat: {nowhere} cannot be reached", Assert.Single(stranger.Error), StringComparison.Ordinal);
        Assert.EndsWith(": later", (await AsAsync(_bob, "read", _alice))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_refusal_has_its_exit_code_and_one_line()
    {
        _ = await RegisterAsync(_alice);
        (int Code, string Says, string[] Command)[] cases =
        [
            (8, "This profile is @alice", ["register", _bob]),
            (2, "is not a handle", ["register", "@x", "--profile", Path.Combine(_folder.Path, "new")]),
            (4, "is reserved", ["register", "@admin", "--profile", Path.Combine(_folder.Path, "new")]),
            (4, "is taken", ["register", _alice, "--profile", Path.Combine(_folder.Path, "new")]),
            (3, "There is no @nobody_here on this server", ["send", "@nobody_here", "hello"]),
            (3, "There is no conversation 'Trip' here", ["read", "Trip"]),
            (2, "That is you", ["send", _alice, "hello"]),
            (2, "A group needs a name", ["group", "create", " "]),
        ];
        foreach ((int code, string says, string[] command) in cases)
        {
            XChatProcess.Ended ended = await RunAsync(_alice, command);
            Assert.Equal((string.Join(' ', command), code), (string.Join(' ', command), ended.ExitCode));
            Assert.Contains(says, Assert.Single(ended.Error), StringComparison.Ordinal);
            Assert.Empty(ended.Output);
        }
    }

    [Fact]
    public async Task A_profile_that_is_open_elsewhere_is_said_in_one_line()
    {
        _ = await RegisterAsync(_alice);
        await using TestProcess owner = Start(_alice, "listen", "--json");
        _ = await owner.WaitForLineAsync("\"connected\":true", Cancelled, Patience);

        XChatProcess.Ended second = await RunAsync(_alice, "whoami");

        Assert.Equal(9, second.ExitCode);
        Assert.Contains("is open in another process", Assert.Single(second.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_shows_what_people_read_beside_what_the_server_has()
    {
        string[] shown = await XChatProcess.SucceedAsync(Cancelled, "demo", "--server", standalone.Server.OriginalString);

        Assert.Equal(2, shown.Count(line => Regex.IsMatch(line, @"@(alice|bob)_\w+ reads +Dinner at eight\?$")));
        Assert.Contains(shown, line => Regex.IsMatch(line, @"the server has +Application of epoch 1, \d+ bytes, [0-9a-f]+\.\.\.[0-9a-f]+$"));
        Assert.Contains("; 0 of them in the ", shown[^1], StringComparison.Ordinal);
    }

    private static TimeSpan Patience => TestProcess.Patience;

    private static string Numbered(int seq, string said) => $@"^ *{seq}  \d{{4}}-\d\d-\d\d \d\d:\d\d  {Regex.Escape(said)}$";

    private string ProfileOf(string handle) => Path.Combine(_folder.Path, handle[1..]);

    private Task<string[]> RegisterAsync(string handle) => XChatProcess.SucceedAsync(
        Cancelled, "--server", standalone.Server.OriginalString, "--profile", ProfileOf(handle), "register", handle, "--pin", "7391");

    private Task<string[]> AsAsync(string handle, params string[] command) =>
        XChatProcess.SucceedAsync(Cancelled, ["--profile", ProfileOf(handle), .. command]);

    /// <summary>A profile that the command names itself comes first: the option may be given once.</summary>
    private Task<XChatProcess.Ended> RunAsync(string handle, params string[] command) => XChatProcess.RunAsync(
        Cancelled,
        command.Contains("--profile") ? [.. command, "--server", standalone.Server.OriginalString] : ["--profile", ProfileOf(handle), .. command]);

    private TestProcess Start(string handle, params string[] command) => XChatProcess.Start(["--profile", ProfileOf(handle), .. command]);
}
