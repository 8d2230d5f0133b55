using System.CommandLine;
using System.Text.Json;

namespace XChat.Load.Append;

/// <summary><c>append</c>: durable appends through the conversation grain, beside what the database could do at best.</summary>
public static class AppendCommand
{
    private const int Conversations = 1000;
    private const int BatchRows = 500;
    private const int BatchConnections = 2;
    private const int SingleConnections = 32;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long each part takes.", DefaultValueFactory = _ => 8 };
        Command command = new("append", "Durable appends a second, and their latency.") { json, seconds };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(json), TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using LoadServer server = await LoadServer.StartAsync(cancellationToken);
        SeededConversations conversations = await SeededConversations.CreateAsync(server, Conversations, cancellationToken);
        SeededConversations hot = await SeededConversations.CreateAsync(server, 1, cancellationToken);
        Ceilings ceilings = new(server, conversations);
        List<Measurement> results = [];
        void Note(Measurement result)
        {
            results.Add(result);
            (json ? Console.Error : Console.Out).WriteLine(result);
        }

        await ceilings.PrepareAsync(cancellationToken);
        await AppendLoad.ClosedAsync("warm-up", conversations, 1000, TimeSpan.FromSeconds(4));
        await ceilings.InsertAsync("warm-up", BatchRows, BatchConnections, TimeSpan.FromSeconds(1), cancellationToken);

        Note(await ceilings.InsertAsync("ceiling: batched insert, before", BatchRows, BatchConnections, duration, cancellationToken));
        Note(await AppendLoad.ClosedAsync("append: 1000 callers", conversations, 1000, duration));
        Note(await AppendLoad.ClosedAsync("append: 100 callers", conversations, 100, duration));
        Note(await AppendLoad.ClosedAsync("append: 32 callers", conversations, 32, duration));
        Note(await AppendLoad.PacedAsync("append: 10000/s", conversations, 10_000, duration));
        Note(await AppendLoad.ClosedAsync("append: one conversation, 100 callers", hot, 100, duration));
        Note(await ceilings.InsertAsync("ceiling: batched insert, after", BatchRows, BatchConnections, duration, cancellationToken));
        Note(await ceilings.InsertAsync("ceiling: one insert a commit", 1, SingleConnections, duration, cancellationToken));
        Note(await ceilings.GrainStateAsync("ceiling: AdoNet WriteStateAsync", 100, duration));

        Dictionary<string, double> ratios = Ratios(results);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { measurements = results, ratios, cores = Environment.ProcessorCount }, Indented));
        }
        else
        {
            Console.WriteLine(string.Join(Environment.NewLine, ratios.Select(ratio => $"{ratio.Key} = {ratio.Value}")));
        }

        return 0;
    }

    private static Dictionary<string, double> Ratios(List<Measurement> results)
    {
        double Rate(string name) => results.Single(result => result.Name.StartsWith(name, StringComparison.Ordinal)).PerSecond;
        double append = Rate("append: 1000 callers");
        double batched = (Rate("ceiling: batched insert, before") + Rate("ceiling: batched insert, after")) / 2;
        return new()
        {
            ["append_vs_batched_insert"] = Math.Round(append / batched, 3),
            ["append_vs_single_insert"] = Math.Round(append / Rate("ceiling: one insert a commit"), 2),
            ["append_vs_grain_state"] = Math.Round(append / Rate("ceiling: AdoNet"), 2),
            ["hot_vs_batched_insert"] = Math.Round(Rate("append: one conversation") / batched, 3),
        };
    }
}
