using System.CommandLine;
using System.Globalization;

using XChat.Protocol.Wallets;
using XChat.Storage.Wallets.Reports;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin safeguarding</c>: whether as much is held as people are owed.</summary>
internal static class SafeguardingCommands
{
    public static Command Create(AdminFlags flags)
    {
        Command safeguarding = new("safeguarding", "Whether as much is held as people are owed.");
        safeguarding.Subcommands.Add(CreateReport(flags));
        return safeguarding;
    }

    private static Command CreateReport(AdminFlags flags)
    {
        Option<string?> day = new("--day")
        {
            Description = "The end of which day (UTC). Without it: now.",
            HelpName = "YYYY-MM-DD",
        };
        Command report = new(
            "report", "Counts what is owed and what is held, in each currency. Exit code 2: less is held than owed, or the books do not balance.") { day };
        flags.Run(report, async (parsed, session, cancellationToken) =>
        {
            DateTimeOffset moment = MomentOf(parsed.GetValue(day));
            IReadOnlyList<SafeguardingLine> lines = await new SafeguardingReport(session.Database).RunAsync(moment, cancellationToken);
            session.Output.List(
                [.. lines.Select(line => ReportLine.Of(line, moment))],
                "No money has moved yet.",
                ["currency", "people", "red packets", "escrow", "owed", "held by rails", "fees", "clearing", "shortfall", ""],
                line =>
                [
                    line.Currency, line.People, line.RedPackets, line.Escrow, line.Owed, line.Held, line.Fees, line.Clearing, line.Shortfall, line.Finding,
                ]);
            return lines.All(line => line is { Balances: true, Shortfall: <= 0 }) ? AdminExit.Done : AdminExit.Refused;
        });
        return report;
    }

    private static DateTimeOffset MomentOf(string? day)
    {
        if (day is null)
        {
            return TimeProvider.System.GetUtcNow();
        }

        return DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? new DateTimeOffset(date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
            : throw new AdminException($"--day is \"{day}\": give it as in 2026-11-28.");
    }

    private sealed record ReportLine(
        string Currency,
        string Until,
        string People,
        string RedPackets,
        string Escrow,
        string Owed,
        string Held,
        string Fees,
        string Clearing,
        string Shortfall,
        string Finding)
    {
        public static ReportLine Of(SafeguardingLine line, DateTimeOffset until)
        {
            Currency currency = new(line.Currency);
            string Amount(long minorUnits) => new Money(minorUnits, currency).FormatAmount();
            return new ReportLine(
                line.Currency,
                until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                Amount(line.People),
                Amount(line.RedPackets),
                Amount(line.Escrow),
                Amount(line.Owed),
                Amount(line.Held),
                Amount(line.Fees),
                Amount(line.Clearing),
                Amount(line.Shortfall),
                !line.Balances ? "DOES NOT BALANCE" : line.Shortfall > 0 ? "SHORTFALL" : "in order");
        }
    }
}
