using System.Diagnostics;
using System.Globalization;

using Npgsql;

using XChat.FaultTests.Checks;
using XChat.FaultTests.Cluster;
using XChat.FaultTests.Faults;
using XChat.FaultTests.Workload;
using XChat.Storage.Wallets.Verification;
using XChat.Testing;

namespace XChat.FaultTests;

/// <summary>
/// One run: people talk and pay, faults come one after the other, and in the end everything is looked at. Between faults everybody has to get an answer
/// again, without help.
/// </summary>
internal sealed class FaultRun(FaultPlan plan, Action<string> say)
{
    private static readonly TimeSpan GoesOn = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Converges = TimeSpan.FromSeconds(180);

    private readonly History _history = new();
    private readonly Random _random = new(plan.Seed);
    private readonly List<string> _violations = [];
    private readonly List<string> _notRun = [];
    private readonly SortedDictionary<string, int> _inflicted = new(StringComparer.Ordinal);
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Does it, and returns what came of it. What the servers wrote stays in a folder of its own when something is wrong.</summary>
    public async Task<FaultReport> RunAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("xchat-faults-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // PostgreSQL of root runs as another account, which has to come through to the database; without that it would be somewhere else.
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        say(string.Create(CultureInfo.InvariantCulture, $"seed {plan.Seed}: {plan.Cycles} faults of {string.Join(", ", plan.Faults)}"));
        List<Fault> faults = await ChooseAsync();
        FaultReport report;
        string data = Path.Combine(folder, "database");
        await using (SmallDisk? disk = faults.Exists(fault => fault.NeedsSmallDisk) ? await SmallDisk.MountAsync(data) : null)
        await using (RunDatabase database = await RunDatabase.StartAsync(data, cancellationToken))
        {
            ServerLog log = new(folder);
            await using FaultCluster cluster = await FaultCluster.StartAsync(
                database, log, plan, faults.Exists(fault => fault.NeedsNetwork), cancellationToken);
            await using Population population = await Population.CreateAsync(
                plan.People, [.. cluster.Frontends.Select(frontend => frontend.Address)], folder, database.Direct, _history, cancellationToken);
            say(string.Create(CultureInfo.InvariantCulture, $"ready after {Stopwatch.GetElapsedTime(_started).TotalSeconds:0} s"));
            report = await RunAsync(cluster, population, faults, cancellationToken);
        }

        if (report.Violations.Count == 0)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            say($"logs, profiles and database are kept in {folder}");
        }

        return report;
    }

    private async Task<List<Fault>> ChooseAsync()
    {
        List<Fault> faults = [];
        foreach (string name in plan.Faults)
        {
            Fault fault = AllFaults.Of(name);
            if (await fault.WhyNotAsync() is { } reason)
            {
                _notRun.Add($"{name}: {reason}");
                say($"NOT RUN: {_notRun[^1]}");
            }
            else
            {
                faults.Add(fault);
            }
        }

        return faults;
    }

    private async Task<FaultReport> RunAsync(FaultCluster cluster, Population population, List<Fault> faults, CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] working = Work(population, enough.Token, cancellationToken);
        await UnlessStuckAsync(() => InflictAllAsync(cluster, population, faults, cancellationToken));
        // Whatever was found: what is looked at has to stand still.
        await enough.CancelAsync();
        await UnlessStuckAsync(async () =>
        {
            await Task.WhenAll(working).WaitAsync(Converges, cancellationToken);
            await ConvergeAsync(population, cluster, cancellationToken);
        });

        LedgerVerification ledger = await VerifyAsync(cluster, cancellationToken);
        Evidence evidence = await Gathering.GatherAsync(population, _history, cluster.Database.Direct, cancellationToken);
        _violations.AddRange(ChatCheck.Run(evidence));
        _violations.AddRange(MoneyCheck.Run(evidence));
        cluster.CloseLog();
        if (_inflicted.ContainsKey(FreezeSilo.Title) && cluster.Log.Fenced == 0)
        {
            _violations.Add("fence: a silo was frozen past its death and nothing that it did afterwards was fenced off");
        }

        return Report(cluster, population, ledger);
    }

    private async Task UnlessStuckAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception problem) when (problem is TimeoutException or InvalidOperationException)
        {
            // Nobody is answered, or a process that was started several times has ended each time: what was done up to here is looked at all the same.
            _violations.Add($"stuck: {problem.Message}");
        }
    }

    private Task[] Work(Population population, CancellationToken enough, CancellationToken cancellationToken)
    {
        List<Task> working = [];
        foreach (Person person in population.People)
        {
            (Guid Conversation, int[] People)[] own = [.. population.Conversations.Where(one => one.People.Contains(person.Number))];
            Guid[] ids = [.. own.Select(one => one.Conversation)];
            for (int i = 0; i < 2; i++)
            {
                Random random = new(_random.Next());
                working.Add(person.TalkAsync(ids, random, plan.Pace, enough, cancellationToken));
            }

            Random pays = new(_random.Next());
            working.Add(person.PayAsync(own, population.Users, pays, plan.Pace, enough, cancellationToken));
        }

        return [.. working];
    }

    private async Task InflictAllAsync(FaultCluster cluster, Population population, List<Fault> faults, CancellationToken cancellationToken)
    {
        FaultTools tools = new(_random, _history);
        Queue<Fault> round = new();
        for (int cycle = 1; cycle <= plan.Cycles && faults.Count > 0; cycle++)
        {
            await (cycle % plan.Calm == 1 || plan.Calm == 1
                ? GoesOnAsync(population, cancellationToken)
                : tools.UntilAnsweredAsync(population.People.Count, cancellationToken));
            if (Stopwatch.GetElapsedTime(_started) > plan.AtMost)
            {
                say(string.Create(CultureInfo.InvariantCulture, $"the time is over after {cycle - 1} of {plan.Cycles} faults"));
                break;
            }

            if (round.Count == 0)
            {
                faults.OrderBy(_ => _random.Next()).ToList().ForEach(round.Enqueue);
            }

            Fault fault = round.Dequeue();
            long begun = Stopwatch.GetTimestamp();
            string whom = await fault.InflictAsync(cluster, tools, cancellationToken);
            await cluster.ReviveAsync(cancellationToken);
            _inflicted[fault.Name] = _inflicted.GetValueOrDefault(fault.Name) + 1;
            TimeSpan took = Stopwatch.GetElapsedTime(begun);
            say(string.Create(
                CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:0} s  {cycle,4}/{plan.Cycles} {fault.Name}: {whom}; "
                + $"{took.TotalSeconds:0.0} s, {_history.Answered} answers so far"));
            if (cycle % 10 == 0)
            {
                _ = await VerifyAsync(cluster, cancellationToken);
            }
        }

        await GoesOnAsync(population, cancellationToken);
    }

    /// <summary>Everybody gets an answer to something that was asked, and nobody does anything for it.</summary>
    private static Task GoesOnAsync(Population population, CancellationToken cancellationToken)
    {
        int[] before = [.. population.People.Select(person => person.Answered)];
        return Eventually.HoldsAsync(
            () => population.People.Zip(before).All(pair => pair.First.Answered > pair.Second + 1),
            cancellationToken,
            GoesOn,
            what: "everybody is answered again");
    }

    private async Task ConvergeAsync(Population population, FaultCluster cluster, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        _ = await Eventually.GetAsync(
            () => Gathering.WhatIsMissingAsync(population, _history, cluster.Database.Direct, cancellationToken),
            missing => missing is null,
            cancellationToken,
            Converges);
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        say(string.Create(CultureInfo.InvariantCulture, $"all clients converged {took.TotalSeconds:0.0} s after the last operation"));
    }

    /// <summary>What <c>xchat-admin ledger verify</c> does.</summary>
    private async Task<LedgerVerification> VerifyAsync(FaultCluster cluster, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(cluster.Database.Direct);
        LedgerVerification found = await new LedgerVerifier(source).RunAsync(cancellationToken);
        _violations.AddRange(found.Violations.Select(violation => $"ledger: {violation.Check} ({violation.Count}): {violation.Rule} {violation.Rows[0]}"));
        return found;
    }

    private FaultReport Report(FaultCluster cluster, Population population, LedgerVerification ledger) => new()
    {
        Plan = plan,
        Took = Stopwatch.GetElapsedTime(_started),
        Faults = _inflicted,
        NotRun = _notRun,
        Violations = _violations,
        Messages = _history.Messages.Count(message => message.Seq > 0),
        Payments = _history.Payments.Count,
        Refused = _history.Payments.Where(payment => !payment.Accepted).CountBy(payment => payment.Status.ToString()).ToDictionary(),
        Unknown = _history.Payments.Count(payment => payment.Unknown),
        UnknownDone = _history.Payments.Count(payment => payment is { Unknown: true, Accepted: true }),
        LostReplies = cluster.Silos.Sum(slot => slot.Proxy.LostReplies),
        Fenced = cluster.Log.Fenced,
        Revived = cluster.Revived,
        Reconnects = population.People.Sum(person => person.Reconnects),
        Transfers = ledger.Transfers,
        Errors = cluster.Log.Errors,
    };
}
