using System.CommandLine;
using System.Text.Json;

namespace XChat.Load.Deliver;

/// <summary><c>deliver</c>: from one device to others through the whole product, beside a SignalR hub that does nothing.</summary>
public static class DeliverCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long each part takes.", DefaultValueFactory = _ => 8 };
        Option<int> people = new("--people") { Description = "Connected people.", DefaultValueFactory = _ => 1_000 };
        Option<int> idle = new("--idle") { Description = "Idle connections whose memory is measured.", DefaultValueFactory = _ => 9_500 };
        Command command = new("deliver", "Sends and deliveries a second through the whole product, and the time from one to the other.")
        {
            json, seconds, people, idle,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(json),
            new DeliverPlan(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(people), parsed.GetValue(idle)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, DeliverPlan plan, CancellationToken cancellationToken)
    {
        List<Measurement> results = [];
        void Note(Measurement result)
        {
            results.Add(result);
            (json ? Console.Error : Console.Out).WriteLine(result);
        }

        MemoryPerConnection bareMemory;
        await using (ServerProcess bare = await ServerProcess.StartBareHubAsync(cancellationToken))
        {
            bareMemory = await BareHubLoad.RunAsync(bare, plan, Note, cancellationToken);
        }

        MemoryPerConnection memory;
        await using (ServerProcess product = await ServerProcess.StartXChatAsync(cancellationToken))
        {
            memory = await ProductLoad.RunAsync(product, plan, Note, cancellationToken);
        }

        Dictionary<string, double> ratios = Ratios(results, bareMemory, memory);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { measurements = results, memory = new { bare = bareMemory, product = memory }, ratios, cores = Environment.ProcessorCount }, Indented));
        }
        else
        {
            Console.WriteLine($"idle connections: bare {bareMemory}; product {memory}");
            Console.WriteLine(string.Join(Environment.NewLine, ratios.Select(ratio => $"{ratio.Key} = {ratio.Value}")));
        }

        return 0;
    }

    private static Dictionary<string, double> Ratios(List<Measurement> results, MemoryPerConnection bareMemory, MemoryPerConnection memory)
    {
        Measurement Of(string name) => results.Single(result => result.Name == name);
        return new()
        {
            ["send_vs_bare_invoke"] = Math.Round(Of(ProductLoad.Sends).PerSecond / Of(BareHubLoad.Invokes).PerSecond, 3),
            ["broadcast_vs_bare_broadcast"] = Math.Round(Of(ProductLoad.GroupDeliveries).PerSecond / Of(BareHubLoad.Deliveries).PerSecond, 3),
            ["receive_p50_minus_answer_p50_ms"] = Math.Round(Of(ProductLoad.Receipts).P50 - Of(ProductLoad.Answers).P50, 2),
            ["idle_bytes_over_bare"] = memory.Bytes - bareMemory.Bytes,
        };
    }
}
