using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Accounts;

namespace XChat.Cli.Accounts;

/// <summary><c>xchat warnings</c>: what looked like an attack so far. Each was shown once when it came up.</summary>
internal static class WarningsCommand
{
    public static Command Create()
    {
        Command command = new("warnings", "Lists the security warnings of this profile so far. Works without a connection.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            _ = session.Client.RequireSelf();
            foreach (SecurityWarning warning in await session.Client.WarningsAsync(cancellationToken))
            {
                Console.WriteLine(parsed.GetValue(CommonOptions.Json)
                    ? JsonLine.Of(warning)
                    : $"{DateTimeOffset.FromUnixTimeMilliseconds(warning.TimeMs).ToLocalTime():yyyy-MM-dd HH:mm}  {TerminalText.Line(warning.Text)}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
