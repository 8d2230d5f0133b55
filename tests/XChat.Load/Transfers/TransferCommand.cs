using System.CommandLine;

using XChat.Storage.Wallets.Verification;

namespace XChat.Load.Transfers;

/// <summary>
/// <c>transfer</c>: durable transfers through the wallet grains, beside a ledger in SQL and beside what the database could do at best. Everything
/// includes the command, the hash chain, both balances and the row of the outbox.
/// </summary>
public static class TransferCommand
{
    private const int FixedRate = 5_000;
    private const int PeerClients = 32;
    private const int BatchTransfers = 500;
    private const int BatchConnections = 2;
    private const int Activating = 200;

    private const string Many = "transfer: random, 1000 callers";
    private const string AllToOne = "transfer: all to one, 1000 callers";
    private const string OneToAll = "transfer: one to all, 1000 callers";
    private const string PeerMany = "peer (a): SQL ledger, random, 32 conn.";
    private const string PeerAllToOne = "peer (a): SQL ledger, all to one";
    private const string Batched = "ceiling (b): 500 a commit, 2 conn.";
    private const string BatchedAllToOne = "ceiling (b): all to one";

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long a slice of each part takes.", DefaultValueFactory = _ => 3 };
        Option<int> rounds = new("--rounds") { Description = "Slices of each part; the parts take turns.", DefaultValueFactory = _ => 3 };
        Option<int> accounts = new("--accounts") { Description = "Wallets that pay one another.", DefaultValueFactory = _ => 100_000 };
        Option<bool> verify = new("--verify")
        {
            Description = "Verify the ledger at the end, and fail if anything is wrong.",
            DefaultValueFactory = _ => true,
        };
        Option<string> only = new("--only")
        {
            Description = "Only the parts whose name contains this, for a look at what bounds them; ratios are left out.",
            DefaultValueFactory = _ => string.Empty,
        };
        Command command = new("transfer", "Durable transfers a second, and their latency.") { json, seconds, rounds, accounts, verify, only };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Report(parsed.GetValue(json)),
            new TransferPlan(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(rounds),
                parsed.GetValue(accounts),
                parsed.GetValue(verify),
                parsed.GetValue(only)!),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Report report, TransferPlan plan, CancellationToken cancellationToken)
    {
        await using LoadServer server = await LoadServer.StartAsync(cancellationToken);
        SeededWallets wallets = await SeededWallets.CreateAsync(server, plan.Accounts);
        OutboxDrain outbox = new(server.Database);
        await SqlLedger.CreateAsync(server.Database, plan.Accounts, cancellationToken);
        await server.Database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        await server.Database.ExecuteAsync("CHECKPOINT", cancellationToken);

        // A wallet loads its account with its first transfer; once all are active, what is measured is transfers alone.
        Measure first = new("transfer: the first of each wallet");
        first.Start();
        await Loops.CountedAsync(first, Activating, plan.Accounts, wallets.PayNextAsync);
        first.Stop();
        report.Note(first.Result());
        await outbox.SettleAsync();

        // At its own pace a server has no backlog of a heavier load to work off, so this goes before the others and on its own.
        Part paced = new(
            $"transfer: random, {FixedRate}/s",
            (measure, time) => Loops.PacedAsync(measure, FixedRate, time, (number, _) => wallets.PayAnyAsync(number)),
            outbox.SettleAsync);
        await RunAsync(report, plan, [paced], 1, plan.Rounds * plan.Slice);
        await RunAsync(report, plan, [.. Ours(wallets, outbox), .. Theirs(report, server.Database, plan, cancellationToken)], plan.Rounds, plan.Slice);
        if (outbox.Result is { } told)
        {
            report.Note(told);
        }

        if (plan.Only.Length == 0)
        {
            report.RateRatio("transfer_vs_sql_ledger_random", Many, PeerMany);
            report.RateRatio("transfer_vs_sql_ledger_hot", AllToOne, PeerAllToOne);
            report.RateRatio("transfer_vs_batched_ledger_random", Many, Batched);
            report.RateRatio("transfer_vs_batched_ledger_hot", AllToOne, BatchedAllToOne);
            report.RateRatio("one_payer_vs_batched_ledger_random", OneToAll, Batched);
        }

        int violations = plan.Verify ? await VerifyAsync(report, server, cancellationToken) : 0;
        report.End();
        return violations == 0 ? 0 : 1;
    }

    private static async Task RunAsync(Report report, TransferPlan plan, IEnumerable<Part> parts, int rounds, TimeSpan duration)
    {
        Part[] wanted = [.. parts.Where(part => part.Name.Contains(plan.Only, StringComparison.Ordinal))];
        await Part.RunAsync(wanted, rounds, duration);
        foreach (Part part in wanted)
        {
            report.Note(part.Result);
        }
    }

    private static IEnumerable<Part> Ours(SeededWallets wallets, OutboxDrain outbox)
    {
        foreach (int callers in new[] { 1000, 32 })
        {
            yield return Part.Closed($"transfer: random, {callers} callers", callers, wallets.PayAnyAsync, outbox.SettleAsync);
            yield return Part.Closed($"transfer: all to one, {callers} callers", callers, wallets.PayHotAsync, outbox.SettleAsync);
            yield return Part.Closed($"transfer: one to all, {callers} callers", callers, wallets.HotPaysAsync, outbox.SettleAsync);
        }
    }

    private static IEnumerable<Part> Theirs(Report report, LoadDatabase database, TransferPlan plan, CancellationToken cancellationToken)
    {
        BareLedger bare = new(database, plan.Accounts);
        yield return new(Batched, (measure, time) =>
            bare.PayAsync(measure, BatchTransfers, BatchConnections, hot: false, time, cancellationToken));
        yield return new(BatchedAllToOne, (measure, time) =>
            bare.PayAsync(measure, BatchTransfers, BatchConnections, hot: true, time, cancellationToken));
        PgBench? pgbench = PgBench.TryFind(database);
        report.Note("peer (a) is driven by", pgbench is null ? "Npgsql, as the installation of PostgreSQL has no pgbench" : "pgbench");
        foreach ((string name, bool hot) in new[] { (PeerMany, false), (PeerAllToOne, true) })
        {
            yield return new(name, (measure, time) => pgbench is null
                ? SqlLedger.PayAsync(database, measure, PeerClients, plan.Accounts, hot, time, cancellationToken)
                : pgbench.RunAsync(measure, SqlLedger.ScriptOf(plan.Accounts, hot), PeerClients, time, cancellationToken));
        }
    }

    private static async Task<int> VerifyAsync(Report report, LoadServer server, CancellationToken cancellationToken)
    {
        LedgerVerification found = await new LedgerVerifier(server.Database.Connections).RunAsync(cancellationToken);
        report.Note("verified transfers", found.Transfers);
        report.Note("violations", string.Join(", ", found.Violations.Select(violation => $"{violation.Check} ({violation.Count})")) is { Length: > 0 } named
            ? named
            : "none");
        return found.Violations.Count;
    }

    private sealed record TransferPlan(TimeSpan Slice, int Rounds, int Accounts, bool Verify, string Only);
}
