using XChat.EndToEndTests.Standalone;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>Command lines that cannot be meant, and a profile or server that is not there.</summary>
public sealed class WrongUseTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("xchat: Required command was not provided. See: xchat --help")]
    [InlineData("xchat: Required argument missing for command: 'register'. See: xchat register --help", "register")]
    [InlineData("xchat: A PIN has 4 to 64 characters, not 3. See: xchat register --help", "register", "@alice", "--pin", "123")]
    [InlineData("xchat: --server is \"5080\", not an address like http://127.0.0.1:5080. See: xchat whoami --help", "whoami", "--server", "5080")]
    [InlineData("xchat: Unrecognized command or argument 'there'. See: xchat send --help", "send", "@bob", "hello", "there")]
    [InlineData("xchat: --limit takes a number from 1. See: xchat read --help", "read", "@bob", "--limit", "0")]
    [InlineData("xchat: \"soon\" is not a time such as 30m or 7d, and not \"off\". See: xchat timer --help", "timer", "@bob", "soon")]
    [InlineData("xchat: Required argument missing for command: 'add'. See: xchat group add --help", "group", "add", "Trip")]
    public async Task A_wrong_command_line_is_said_in_one_line_with_the_way_to_help(string line, params string[] arguments)
    {
        XChatProcess.Ended ended = await XChatProcess.RunAsync(Cancelled, arguments);

        Assert.Equal((2, line), (ended.ExitCode, Assert.Single(ended.Error)));
        Assert.Empty(ended.Output);
    }

    [Fact]
    public async Task A_profile_without_account_says_how_to_get_one()
    {
        using TemporaryFolder folder = new();

        XChatProcess.Ended ended = await XChatProcess.RunAsync(Cancelled, "whoami", "--profile", folder.Path);

        Assert.Equal(8, ended.ExitCode);
        Assert.Equal("xchat: This profile has no account yet: register a handle first (xchat register @you).", Assert.Single(ended.Error));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_with_its_address()
    {
        using TemporaryFolder folder = new();
        string nowhere = $"http://127.0.0.1:{FreePort.Next()}/";

        XChatProcess.Ended ended = await XChatProcess.RunAsync(Cancelled, "register", "@alice", "--profile", folder.Path, "--server", nowhere);

        Assert.Equal(5, ended.ExitCode);
        Assert.Equal($"xchat: {nowhere} cannot be reached: check the address and that the server runs.", Assert.Single(ended.Error));
    }

    [Fact]
    public async Task Help_explains_every_command_and_option()
    {
        string[] root = await XChatProcess.SucceedAsync(Cancelled, "--help");
        string[] group = await XChatProcess.SucceedAsync(Cancelled, "group", "--help");

        foreach (string verb in new[] { "register", "whoami", "chat", "send", "read", "listen", "conversations", "delete", "timer", "devices", "demo" })
        {
            Assert.Contains(root, line => line.TrimStart().StartsWith(verb, StringComparison.Ordinal) && line.Length > 40);
        }

        foreach (string verb in new[] { "create", "add", "remove", "leave", "members", "role", "rename", "restart" })
        {
            Assert.Contains(group, line => line.TrimStart().StartsWith(verb, StringComparison.Ordinal) && line.Length > 40);
        }

        Assert.Contains(root, line => line.Contains("--server", StringComparison.Ordinal) && line.Contains("XCHAT_SERVER", StringComparison.Ordinal));
        Assert.Contains(root, line => line.Contains("--profile", StringComparison.Ordinal));
    }
}
