using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>The real <c>xchat</c>, as a person runs it.</summary>
internal static class XChatProcess
{
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private static readonly Dictionary<string, string?> Clean = new()
    {
        ["XCHAT_SERVER"] = null,
        ["XCHAT_PROFILE"] = null,
    };

    public static TestProcess Start(params string[] arguments) => TestProcess.StartDotnet(ProjectOutput.Of("client/XChat.Cli", "xchat"), arguments, Clean);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Ended> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        await using TestProcess process = Start(arguments);
        int exit = await process.WaitForExitAsync(cancellationToken, Patience);
        return new Ended(exit, [.. process.Output], [.. process.Error]);
    }

    /// <summary>Runs a command that has to succeed and to complain about nothing.</summary>
    public static async Task<string[]> SucceedAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        Ended ended = await RunAsync(cancellationToken, arguments);
        Assert.True(
            ended is { ExitCode: 0, Error: [] }, $"xchat {string.Join(' ', arguments)} ended with {ended.ExitCode}: {string.Join(" / ", ended.Error)}");
        return ended.Output;
    }

    /// <summary>How a command ended, and what it wrote.</summary>
    internal sealed record Ended(int ExitCode, string[] Output, string[] Error);
}
