using System.CommandLine;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Load.Transfers;

/// <summary><c>statement</c>: pages of a long statement from random places, through the wallet grain.</summary>
public static class StatementCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long a slice of each part takes.", DefaultValueFactory = _ => 3 };
        Option<int> rounds = new("--rounds") { Description = "Slices of each part; the parts take turns.", DefaultValueFactory = _ => 2 };
        Option<int> entries = new("--entries") { Description = "Entries of the statement.", DefaultValueFactory = _ => 1_000_000 };
        Command command = new("statement", "Pages of a long statement a second, and their latency.") { json, seconds, rounds, entries };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Report(parsed.GetValue(json)),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rounds),
            parsed.GetValue(entries),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Report report, TimeSpan duration, int rounds, int entries, CancellationToken cancellationToken)
    {
        await using LoadServer server = await LoadServer.StartAsync(cancellationToken);
        LongStatement statement = await LongStatement.CreateAsync(server, entries, cancellationToken);
        StatementFilter outgoing = StatementFilter.None with { Direction = StatementDirection.Out };
        StatementFilter shares = StatementFilter.None with { Reason = TransferReason.SplitShare };
        Part[] parts =
        [
            Part.Closed("page of 50, 1 caller", 1, number => statement.ReadAsync(number, StatementFilter.None)),
            Part.Closed("page of 50, 32 callers", 32, number => statement.ReadAsync(number, StatementFilter.None)),
            Part.Closed("page of 50 outgoing, 1 caller", 1, number => statement.ReadAsync(number, outgoing)),
            Part.Closed("page of shares (1 in 1000), 1 caller", 1, number => statement.ReadAsync(number, shares)),
        ];
        await Part.RunAsync(parts, rounds, duration);
        foreach (Part part in parts)
        {
            report.Note(part.Result);
        }

        report.End();
        return 0;
    }
}
