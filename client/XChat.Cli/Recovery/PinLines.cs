using XChat.Cli.Output;
using XChat.Client.Recovery;

namespace XChat.Cli.Recovery;

/// <summary>What is said about a PIN: where the backup is, what it protects, and what not.</summary>
internal static class PinLines
{
    public static void Say(PinReport report)
    {
        string missing = report.Missing.Count == 0
            ? string.Empty
            : $" ({TerminalText.Line(string.Join(", ", report.Missing))} could not be reached and gets its part later)";
        Console.WriteLine(
            $"Your keys are backed up at {report.Realms.Count} realms, of which {report.Threshold} bring them back with the PIN{missing}.");
        Console.WriteLine(report.Protection);
        Console.WriteLine($"realms  {report.Fingerprint}  (compare it with what their operators publish)");
        if (report.Code is { } code)
        {
            Console.WriteLine($"code    {code}  (write it down: without it nobody can try a PIN, neither can you)");
        }
    }

    public static string JsonOf(PinReport report) => JsonLine.Of(
        new { report.Realms, report.Missing, report.Threshold, report.OneOperator, report.Fingerprint, report.Code, report.Protection });
}
