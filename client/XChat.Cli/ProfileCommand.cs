using System.CommandLine;
using System.Text.Json;

using XChat.Cli.Output;
using XChat.Client;

namespace XChat.Cli;

/// <summary>How a command on a profile runs: what goes wrong becomes one line on standard error and an exit code.</summary>
internal static class ProfileCommand
{
    private static readonly TimeSpan TimeToSettle = TimeSpan.FromSeconds(5);

    /// <summary>Has the command open the profile, run, and close it again.</summary>
    public static void SetAction(this Command command, Func<ParseResult, ProfileSession, CancellationToken, Task<int>> run) =>
        command.SetAction((parsed, cancellationToken) => GuardAsync(
            parsed,
            async () =>
            {
                await using ProfileSession session = await ProfileSession.OpenAsync(
                    parsed.GetRequiredValue(CommonOptions.Profile), parsed.GetValue(CommonOptions.Server), cancellationToken);
                int exitCode = await run(parsed, session, cancellationToken);
                // How far this device has read is said to the others by the way; a command that ended at once would take it along.
                await session.Client.SettleAsync(cancellationToken).WaitAsync(TimeToSettle, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return exitCode;
            }));

    /// <summary>Runs something that may fail.</summary>
    public static async Task<int> GuardAsync(ParseResult parsed, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (XChatException problem)
        {
            await ExplainAsync(problem, parsed.GetValue(CommonOptions.Json));
            return ExitCode.Of(problem.Reason);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>Says what went wrong in one line, and to programs in an object among the results.</summary>
    public static Task ExplainAsync(XChatException problem, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonLine.Of(new
            {
                Type = "error",
                problem.Reason,
                Status = problem.Status is { } status ? JsonNamingPolicy.CamelCase.ConvertName(status) : null,
                problem.Message,
                ExitCode = ExitCode.Of(problem.Reason),
            }));
        }

        return Console.Error.WriteLineAsync($"xchat: {problem.Message}");
    }
}
