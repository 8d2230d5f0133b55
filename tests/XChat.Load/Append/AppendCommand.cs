using System.CommandLine;

namespace XChat.Load.Append;

/// <summary><c>append</c>: durable appends through the conversation grain, beside what the database could do at best.</summary>
public static class AppendCommand
{
    private const int Conversations = 1000;
    private const int FixedRate = 10_000;

    private const string Many = "append: 1000 callers";
    private const string Hot = "append: one conversation, 100 callers";
    private const string Remote = "append: 1000 callers over TCP";
    private const string Batched = "ceiling (a): 500 a commit, 2 conn.";
    private const string Single = "ceiling (b): 1 a commit, 32 conn.";
    private const string GrainState = "ceiling (c): AdoNet WriteStateAsync";

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long a slice of each part takes.", DefaultValueFactory = _ => 3 };
        Option<int> rounds = new("--rounds") { Description = "Slices of each part; the parts take turns.", DefaultValueFactory = _ => 3 };
        Command command = new("append", "Durable appends a second, and their latency.") { json, seconds, rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Report(parsed.GetValue(json)),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rounds),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Report report, TimeSpan duration, int rounds, CancellationToken cancellationToken)
    {
        await using LoadServer server = await LoadServer.StartAsync(cancellationToken);
        SeededConversations many = await SeededConversations.CreateAsync(server, Conversations, cancellationToken);
        SeededConversations hot = await SeededConversations.CreateAsync(server, 1, cancellationToken);
        SeededConversations remote = many.Through(await server.ConnectAsync(cancellationToken));
        Ceilings ceilings = new(server, many);
        await ceilings.PrepareAsync(cancellationToken);

        // At its own pace a server has no backlog of a heavier load to work off, so this goes first and on its own.
        Part paced = new($"append: {FixedRate}/s", (measure, time) =>
            Loops.PacedAsync(measure, FixedRate, time, (number, _) => many.AppendAsync(number)));
        await Part.RunAsync([Part.Closed("warm-up", 1000, many.AppendAsync), paced], 1, rounds * duration);
        report.Note(paced.Result);

        Part[] parts =
        [
            new(Batched, (measure, time) => ceilings.InsertAsync(measure, rowsPerCommit: 500, connections: 2, time, cancellationToken)),
            Part.Closed(Many, 1000, many.AppendAsync),
            Part.Closed(Hot, 100, hot.AppendAsync),
            Part.Closed("append: 100 callers", 100, many.AppendAsync),
            Part.Closed("append: 32 callers", 32, many.AppendAsync),
            Part.Closed(Remote, 1000, remote.AppendAsync),
            new(Single, (measure, time) => ceilings.InsertAsync(measure, rowsPerCommit: 1, connections: 32, time, cancellationToken)),
            new(GrainState, ceilings.WriteStateAsync),
        ];
        await Part.RunAsync(parts, rounds, duration);
        foreach (Part part in parts)
        {
            report.Note(part.Result);
        }

        report.RateRatio("append_vs_batched_insert", Many, Batched);
        report.RateRatio("append_vs_single_insert", Many, Single);
        report.RateRatio("append_vs_grain_state", Many, GrainState);
        report.RateRatio("hot_vs_batched_insert", Hot, Batched);
        report.RateRatio("remote_vs_batched_insert", Remote, Batched);
        report.End();
        return 0;
    }
}
