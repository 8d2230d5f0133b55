using System.CommandLine;
using System.Globalization;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin limits</c>: how much people may move, and how much of that is used.</summary>
internal static class LimitCommands
{
    public static Command Create(AdminFlags flags)
    {
        Command limits = new("limits", "How much people may move, and how much of that is used.");
        limits.Subcommands.Add(CreateShow(flags));
        limits.Subcommands.Add(CreateCheck(flags));
        return limits;
    }

    private static Command CreateShow(AdminFlags flags)
    {
        Argument<string> person = UserArgument.Create();
        Argument<string> currency = CurrencyArgument.Create();
        Command show = new("show", "Shows a person's limits in a currency, and what is used of them in the windows that are running (UTC).")
        {
            person, currency,
        };
        flags.Run(show, async (parsed, session, cancellationToken) =>
        {
            Currency code = CurrencyArgument.Of(parsed.GetRequiredValue(currency));
            UserId user = await UserArgument.FindAsync(session, parsed.GetRequiredValue(person), cancellationToken);
            HolderDescribed found = await (await session.ConnectAsync(cancellationToken)).Holder(user).Describe(new DescribeHolder([code]));
            session.Output.List(
                [.. found.Limits.Select(limit => LimitLine.Of(limit, code))],
                $"Tier {found.Tier} of {found.Jurisdiction} has no limits in {code}.",
                ["direction", "window", "most", "used", "most transfers", "transfers"],
                line => [line.Direction, line.Window, line.Most ?? "-", line.Used, Number(line.MostTransfers), Number(line.Transfers)]);
            return AdminExit.Done;
        });
        return show;
    }

    private static Command CreateCheck(AdminFlags flags)
    {
        Argument<FileInfo> file = new("file") { Description = "A document of rules.", HelpName = "FILE" };
        Command check = new("check", "Reads a document of rules as a silo would at its start, and names every problem.") { file };
        flags.Run(check, async (parsed, session, cancellationToken) =>
        {
            try
            {
                MoneyRules rules = MoneyRules.Parse(await File.ReadAllTextAsync(parsed.GetRequiredValue(file).FullName, cancellationToken));
                session.Output.Say(
                    new { Jurisdictions = rules.Jurisdictions.Keys, Problems = Array.Empty<string>() },
                    $"In order: {string.Join(", ", rules.Jurisdictions.Values.Select(Describe))}");
                return AdminExit.Done;
            }
            catch (MoneyRulesException problem)
            {
                session.Output.Say(
                    new { Jurisdictions = Array.Empty<string>(), problem.Problems },
                    string.Join(Environment.NewLine, problem.Problems.Select(text => $"RULES BROKEN: {text}")));
                return AdminExit.Refused;
            }
        });
        return check;
    }

    private static string Describe(Jurisdiction jurisdiction) =>
        $"{jurisdiction.Code} ({(jurisdiction.Payments ? string.Join("/", jurisdiction.Tiers.Keys) : "no payments")})";

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private sealed record LimitLine(string Direction, string Window, string? Most, string Used, long? MostTransfers, long? Transfers)
    {
        public static LimitLine Of(LimitUsed limit, Currency currency) => new(
            limit.Direction.ToString().ToLowerInvariant(),
            limit.Window.ToString().ToLowerInvariant(),
            limit.MostMinorUnits < 0 ? null : new Money(limit.MostMinorUnits, currency).ToString(),
            limit.Window == LimitWindow.Payment ? "-" : new Money(limit.UsedMinorUnits, currency).ToString(),
            limit.MostCount < 0 ? null : limit.MostCount,
            limit.Window == LimitWindow.Payment ? null : limit.UsedCount);
    }
}
