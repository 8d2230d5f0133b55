using XChat.EndToEndTests.Client;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Wallets;

/// <summary>The real <c>xchat-admin</c>, as an operator runs it.</summary>
internal sealed class AdminProcess(string postgres)
{
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private static readonly Dictionary<string, string?> Clean = new()
    {
        ["XCHAT_POSTGRES"] = null,
        ["XCHAT_CLUSTER"] = null,
        ["XCHAT_OPERATOR"] = null,
    };

    /// <summary>Runs a command to its end.</summary>
    public async Task<XChatProcess.Ended> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        await using TestProcess process = TestProcess.StartDotnet(
            ProjectOutput.Of("silo/XChat.Admin", "xchat-admin"), [.. arguments, "--postgres", postgres, "--operator", "ana"], Clean);
        int exit = await process.WaitForExitAsync(cancellationToken, Patience);
        // What a test that fails was told by the tool.
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"$ xchat-admin {string.Join(' ', arguments)}\n{string.Join('\n', process.Output.Concat(process.Error))}");
        return new XChatProcess.Ended(exit, [.. process.Output], [.. process.Error]);
    }

    /// <summary>Runs a command that has to succeed.</summary>
    public async Task<string[]> SucceedAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        XChatProcess.Ended ended = await RunAsync(cancellationToken, arguments);
        Assert.True(
            ended is { ExitCode: 0, Error: [] }, $"xchat-admin {string.Join(' ', arguments)} ended with {ended.ExitCode}: {string.Join(" / ", ended.Error)}");
        return ended.Output;
    }
}
