using System.CommandLine;
using System.Globalization;

using Microsoft.AspNetCore.SignalR.Client;

using XChat.Load.Deliver;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Load.Overload;

/// <summary><c>overload</c>: what is still answered, and how soon, when more is asked than can be done.</summary>
public static class OverloadCommand
{
    private const int Registering = 16;
    private const int WarmingUp = 5;

    /// <summary>As many at once as keep the server busy and are answered in time.</summary>
    private const int MostCallers = 1000;

    /// <summary>Of the machine, asked before this process keeps to some of them.</summary>
    private static readonly int MachineCores = Environment.ProcessorCount;

    private static readonly double[] Factors = [0.5, 1, 1.5, 2, 3];

    public static Command Create()
    {
        Option<int> seconds = new("--seconds") { Description = "How long each load is offered.", DefaultValueFactory = _ => 6 };
        Option<int> people = new("--people") { Description = "Connected people.", DefaultValueFactory = _ => 4000 };
        Option<bool> hasty = new("--hasty") { Description = "People send each message at once and never wait after a refusal, which the SDK does." };
        Option<bool> without = new("--without-admission") { Description = "Lets every call in, to see what admission control is for." };
        Option<bool> apart = new("--apart")
        {
            Description = "Server and PostgreSQL on the first core, the clients on the others, so that clients take nothing from the server.",
        };
        Command command = new("overload", "Offers 0.5 to 3 times of what the product can do.") { seconds, people, hasty, without, apart };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new OverloadPlan(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(people), parsed.GetValue(hasty), parsed.GetValue(without),
                parsed.GetValue(apart)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(OverloadPlan plan, CancellationToken cancellationToken)
    {
        (TimeSpan time, int people) = (plan.Time, plan.People);
        if (plan.Apart)
        {
            // Who is started from here on stays there.
            await ProcessorTime.KeepToAsync("0");
        }

        await using LoadDatabase database = await LoadDatabase.StartAsync(cancellationToken);
        await using ServerProcess server = await ServerProcess.StartXChatAsync(
            database,
            cancellationToken,
            plan.WithoutAdmission ? [new("XChat__Admission__LeastCalls", "1000000"), new("XChat__Admission__MostCalls", "1000000")] : []);
        if (plan.Apart)
        {
            await ProcessorTime.KeepToAsync($"1-{MachineCores - 1}");
        }

        LoadAccount[] accounts = new LoadAccount[people];
        using HttpClient http = new() { BaseAddress = server.Address };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, people),
            new ParallelOptions { MaxDegreeOfParallelism = Registering, CancellationToken = cancellationToken },
            async (number, token) => accounts[number] = await LoadAccount.RegisterAsync(http, number, token));
        await using Fleet fleet = await Fleet.ConnectAsync(server.Address, people, person => accounts[person].Token, cancellationToken);
        ProductLoad load = await ProductLoad.PairsAsync(fleet, accounts);

        Part closed = Part.Closed("capacity", Math.Min(people, MostCallers), number =>
            fleet.SendPatientlyAsync(number, nameof(IChatHub.SendMessage), load.ToPartner(number)));
        // The server finds out first how much it can take on, and those it refuses meanwhile wait.
        for (int warming = 0; warming < WarmingUp; warming++)
        {
            await closed.WarmUpAsync();
        }

        await closed.RunSliceAsync(time);
        Console.WriteLine(Measurement.Heading);
        Console.WriteLine(closed.Result);
        double capacity = closed.Result.PerSecond;
        Console.WriteLine(Offered.Heading);
        List<Offered> all = [];
        foreach (double factor in Factors)
        {
            OfferedLoad offering = new(people, plan.Hasty, person => load.ToPartner(person), (person, message) =>
                fleet[person].InvokeAsync<EntryResult>(nameof(IChatHub.SendMessage), message, cancellationToken));
            Offered offered = await offering.RunAsync(capacity * factor, time);
            all.Add(offered);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{factor + " times the capacity",-26} {offered}"));
        }

        double peak = all.Max(offered => offered.Goodput);
        double least = all.Where(offered => offered.Made > peak).Select(offered => offered.Goodput).DefaultIfEmpty(peak).Min();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"goodput_past_peak_vs_peak = {least / peak:0.00}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"worst_p99_of_accepted_ms = {all.Max(offered => offered.P99):0}"));
        return 0;
    }
}

/// <summary>What a run of <c>overload</c> does.</summary>
internal sealed record OverloadPlan(TimeSpan Time, int People, bool Hasty, bool WithoutAdmission, bool Apart);
