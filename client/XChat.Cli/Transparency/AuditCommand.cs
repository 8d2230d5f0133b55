using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Transparency;

namespace XChat.Cli.Transparency;

/// <summary><c>xchat audit</c>: replays the server's key log and recomputes what the server signed. Needs no account.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        Command command = new("audit", "Checks the server's whole key log: that it is what the server signed, and what this profile has seen of it.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            AuditReport report = await session.Client.AuditAsync(cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(JsonLine.Of(report));
                return report.Passed ? ExitCode.Done : ExitCode.Security;
            }

            Console.WriteLine($"{report.Statements} statements about {report.Handles} handles, signed by key {report.KeyNumber}");
            foreach (string problem in report.Problems)
            {
                Console.WriteLine($"WRONG: {TerminalText.Line(problem)}");
            }

            Console.WriteLine(report.Passed ? "The key log is whole." : "The key log is not to be trusted. Do not rely on keys from this server.");
            return report.Passed ? ExitCode.Done : ExitCode.Security;
        });
        return command;
    }
}
