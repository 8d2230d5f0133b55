using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

using XChat.Load.Deliver;
using XChat.Protocol.Delivery;
using XChat.Testing.Processes;

namespace XChat.Load.Cluster;

/// <summary>
/// <c>cluster</c>: the product as silos and a frontend in processes of their own, and what a message costs each of them. All are on this machine, so that more
/// silos are no faster here; what they cost says what they would do on machines of their own.
/// </summary>
public static class ClusterCommand
{
    private const int Registering = 16;

    public static Command Create()
    {
        Option<int> seconds = new("--seconds") { Description = "How long a slice takes.", DefaultValueFactory = _ => 6 };
        Option<int> people = new("--people") { Description = "Connected people.", DefaultValueFactory = _ => 1000 };
        Option<int[]> silos = new("--silos")
        {
            Description = "How many silos, one run after the other.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1, 2, 3],
        };
        Command command = new("cluster", "What a message costs the processes of a cluster of 1, 2 and 3 silos.") { seconds, people, silos };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(people), parsed.GetValue(silos)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan time, int people, int[] counts, CancellationToken cancellationToken)
    {
        Console.WriteLine(MessageCost.Heading);
        List<MessageCost> costs = [];
        foreach (int silos in counts)
        {
            costs.Add(await MeasureAsync(silos, people, time, cancellationToken));
            Console.WriteLine(costs[^1]);
        }

        // A core spends its second on as many messages as their cost goes into it.
        MessageCost one = costs[0];
        MessageCost many = costs[^1];
        Print("a core of silos, the fewest", 1_000_000 / one.Silos);
        Print("a core of silos, the most", 1_000_000 / many.Silos);
        Print("a core of frontends", 1_000_000 / many.Frontends);
        Print("a core of PostgreSQL", 1_000_000 / many.Postgres);
        Print("silo_cost_most_vs_fewest", many.Silos / one.Silos, "0.00");
        return 0;
    }

    private static void Print(string name, double value, string format = "0") =>
        Console.WriteLine($"{name} = {value.ToString(format, CultureInfo.InvariantCulture)}");

    private static async Task<MessageCost> MeasureAsync(int silos, int people, TimeSpan time, CancellationToken cancellationToken)
    {
        await using LoadDatabase database = await LoadDatabase.StartAsync(cancellationToken);
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            database.ConnectionString, silos, frontends: 1, cancellationToken, ProcessCluster.ManyClients);
        Uri address = cluster.Frontends[0].Address;
        LoadAccount[] accounts = new LoadAccount[people];
        using HttpClient http = new() { BaseAddress = address };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, people),
            new ParallelOptions { MaxDegreeOfParallelism = Registering, CancellationToken = cancellationToken },
            async (number, token) => accounts[number] = await LoadAccount.RegisterAsync(http, number, token));
        await using Fleet fleet = await Fleet.ConnectAsync(address, people, person => accounts[person].Token, cancellationToken);
        ProductLoad load = await ProductLoad.PairsAsync(fleet, accounts);

        Part sends = Part.Closed("sends", people, number => fleet.SendPatientlyAsync(number, nameof(IChatHub.SendMessage), load.ToPartner(number)));
        await sends.WarmUpAsync();
        (TimeSpan silosBefore, TimeSpan frontendsBefore) = TimesOf(cluster);
        await sends.RunSliceAsync(time);
        (TimeSpan silosAfter, TimeSpan frontendsAfter) = TimesOf(cluster);
        Measurement result = sends.Result;
        double Each(TimeSpan used) => used.TotalMicroseconds / result.Operations;
        return new MessageCost(
            silos, result.PerSecond, result.P50, result.P99, result.OwnCpu, Each(frontendsAfter - frontendsBefore), Each(silosAfter - silosBefore),
            result.PostgresCpu, result.OtherCores);
    }

    private static (TimeSpan Silos, TimeSpan Frontends) TimesOf(ProcessCluster cluster) => (
        cluster.Silos.Aggregate(TimeSpan.Zero, (sum, silo) => sum + TimeOf(silo.Process)),
        cluster.Frontends.Aggregate(TimeSpan.Zero, (sum, frontend) => sum + TimeOf(frontend.Process)));

    private static TimeSpan TimeOf(TestProcess process)
    {
        using Process found = Process.GetProcessById(process.Id);
        return found.TotalProcessorTime;
    }
}
