using System.CommandLine;

using XChat.Testing.Processes;

namespace XChat.Load.Deliver;

/// <summary><c>deliver</c>: from one device to others through the whole product, beside a SignalR hub that does nothing.</summary>
public static class DeliverCommand
{
    /// <summary>Accounts that register at once.</summary>
    private const int Registering = 16;

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long a slice of each part takes.", DefaultValueFactory = _ => 3 };
        Option<int> rounds = new("--rounds") { Description = "Slices of each part; the parts take turns.", DefaultValueFactory = _ => 3 };
        Option<int> people = new("--people") { Description = "Connected people.", DefaultValueFactory = _ => 1_000 };
        Option<int> idle = new("--idle")
        {
            Description = "Idle connections whose memory is measured, each of another person; 0 to leave that out.",
            DefaultValueFactory = _ => 9_500,
        };
        Option<int> settle = new("--settle")
        {
            Description = "Seconds that idle connections are left alone before their memory is looked at again; 0 to leave that out. "
                + "Grains that nobody calls leave a silo within three minutes.",
        };
        Command command = new("deliver", "Sends and deliveries a second through the whole product, and the time from one to the other.")
        {
            json, seconds, rounds, people, idle, settle,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Report(parsed.GetValue(json)),
            new DeliverPlan(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(rounds),
                parsed.GetValue(people),
                parsed.GetValue(idle),
                TimeSpan.FromSeconds(parsed.GetValue(settle))),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Report report, DeliverPlan plan, CancellationToken cancellationToken)
    {
        await using LoadDatabase database = await LoadDatabase.StartAsync(cancellationToken);
        LoadAccount[] people = await RegisterAsync(database, Math.Max(plan.People, plan.Idle), cancellationToken);
        if (plan.Idle > 0)
        {
            await IdleAsync(report, plan, database, people, cancellationToken);
        }

        await using ServerProcess bare = await ServerProcess.StartBareHubAsync(likeFrontend: false, cancellationToken);
        // Nothing is refused here: what is measured is what the path can do. What the server does past that, `overload` shows.
        await using ServerProcess product = await ServerProcess.StartXChatAsync(
            database, cancellationToken, [new("XChat__Admission__LeastCalls", "4000"), new("XChat__Admission__TargetMilliseconds", "30000")]);
        await using Fleet bareFleet = await Fleet.ConnectAsync(bare.Address, plan.People, _ => null, cancellationToken);
        await using Fleet fleet = await Fleet.ConnectAsync(product.Address, plan.People, person => people[person].Token, cancellationToken);
        BareHubLoad ceiling = new(bareFleet);
        ProductLoad load = await ProductLoad.PrepareAsync(fleet, people);
        Part[] parts = [ceiling.InvokesPart, load.SendsPart, ceiling.DeliveriesPart, load.DeliveriesPart];
        await Part.RunAsync(parts, plan.Rounds, plan.Slice);
        foreach (Part part in parts)
        {
            report.Note(part.Result);
        }

        double half = report[ProductLoad.Sends].PerSecond / 2;
        TimeSpan whole = plan.Rounds * plan.Slice;
        Part pacedBare = ceiling.PacedPart(half);
        await Part.RunAsync([pacedBare], 1, whole);
        report.Note(pacedBare.Result);
        await load.RunPacedAsync(report, half, whole, new CommitProbe(database));
        report.RateRatio("send_vs_bare_invoke", ProductLoad.Sends, BareHubLoad.Invokes);
        report.RateRatio("broadcast_vs_bare_broadcast", ProductLoad.GroupDeliveries, BareHubLoad.Deliveries);
        report.Ratio("receipt_p50_minus_commit_p50_ms", report[ProductLoad.Receipts].P50 - report[ProductLoad.Commits].P50);
        report.Ratio("receipt_p50_minus_answer_p50_ms", report[ProductLoad.Receipts].P50 - report[ProductLoad.Answers].P50);
        report.End();
        return 0;
    }

    /// <summary>Registers and signs in through a server that is ended then, so that none of its memory is measured.</summary>
    private static async Task<LoadAccount[]> RegisterAsync(LoadDatabase database, int count, CancellationToken cancellationToken)
    {
        await using ServerProcess server = await ServerProcess.StartXChatAsync(database, cancellationToken);
        using HttpClient http = new() { BaseAddress = server.Address };
        LoadAccount[] people = new LoadAccount[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Registering, CancellationToken = cancellationToken },
            async (number, token) => people[number] = await LoadAccount.RegisterAsync(http, number, token));
        return people;
    }

    private static async Task IdleAsync(
        Report report, DeliverPlan plan, LoadDatabase database, LoadAccount[] people, CancellationToken cancellationToken)
    {
        MemoryPerConnection[] hub;
        await using (ServerProcess bare = await ServerProcess.StartBareHubAsync(likeFrontend: true, cancellationToken))
        {
            (hub, _) = await MemoryPerConnection.MeasureAsync(
                bare.Address, [bare.Process], plan.Idle, _ => null, TimeSpan.Zero, cancellationToken);
        }

        // A frontend by itself, since what a connection costs there bounds how many it can have; what its person costs is spread over all silos.
        MemoryPerConnection[] product;
        MemoryPerConnection[] settled;
        await using (ProcessCluster cluster = await ProcessCluster.StartAsync(
            database.ConnectionString, silos: 1, frontends: 1, cancellationToken, ProcessCluster.ManyClients))
        {
            (product, settled) = await MemoryPerConnection.MeasureAsync(
                cluster.Frontends[0].Address,
                [cluster.Frontends[0].Process, cluster.Silos[0].Process],
                plan.Idle,
                person => people[person].Token,
                plan.Settle,
                cancellationToken);
        }

        report.Note("idle, bare hub", hub[0]);
        report.Note("idle, frontend", product[0]);
        report.Note("idle, silo", product[1]);
        report.Ratio("idle_bytes_over_bare", product[0].Bytes - hub[0].Bytes);
        if (settled.Length > 0)
        {
            report.Note("idle, frontend, settled", settled[0]);
            report.Note("idle, silo, settled", settled[1]);
            report.Ratio("idle_bytes_over_bare_settled", settled[0].Bytes - hub[0].Bytes);
            report.Ratio("idle_bytes_over_bare_settled_with_silo", settled[0].Bytes + settled[1].Bytes - hub[0].Bytes);
        }
    }
}
