using System.CommandLine;
using System.Globalization;

using XChat.GrainInterfaces.Wallets;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin case</c>: the queue of what operators have to look into.</summary>
internal static class CaseCommands
{
    private const int Page = 1000;

    public static Command Create(AdminFlags flags)
    {
        Command cases = new("case", "The queue of what operators have to look into.");
        cases.Subcommands.Add(CreateList(flags));
        cases.Subcommands.Add(CreateClose(flags));
        return cases;
    }

    private static Command CreateList(AdminFlags flags)
    {
        Option<bool> all = new("--all") { Description = "Those that have ended too." };
        Option<Guid> after = new("--after") { Description = "Only cases behind this one.", HelpName = "CASE" };
        Option<int> limit = new("--limit") { Description = "At most so many (1 to 1000).", DefaultValueFactory = _ => 100 };
        Command list = new("list", "Lists cases, oldest first.") { all, after, limit };
        flags.Run(list, async (parsed, session, cancellationToken) =>
        {
            IClusterClient cluster = await session.ConnectAsync(cancellationToken);
            ListMoneyCases request = new(!parsed.GetValue(all), parsed.GetValue(after), Math.Clamp(parsed.GetValue(limit), 1, Page));
            MoneyCaseList found = await cluster.MoneyCases().List(request);
            session.Output.List(
                [.. found.Cases.Select(CaseLine.Of)],
                parsed.GetValue(all) ? "There was never a case." : "No case is open.",
                ["case", "kind", "state", "opened", "person", "subject", "detail"],
                line => [line.Case.ToString("D"), line.Kind, line.State, line.Opened, line.User.ToString("D"), line.Subject, line.Detail]);
            return AdminExit.Done;
        });
        return list;
    }

    private static Command CreateClose(AdminFlags flags)
    {
        Argument<Guid> id = new("case") { Description = "The case, as the list names it.", HelpName = "CASE" };
        Option<string> outcome = new("--outcome")
        {
            Description = "cleared: it is somebody else, and the person is no longer blocked. confirmed: it is the person, who stays blocked.",
            Required = true,
        };
        outcome.AcceptOnlyFromAmong("cleared", "confirmed");
        Option<string> reason = OperatorActions.Reason();
        Command close = new("close", "Ends a case of screening.") { id, outcome, reason };
        flags.Run(close, async (parsed, session, cancellationToken) =>
        {
            MoneyCaseState state = parsed.GetRequiredValue(outcome) == "cleared" ? MoneyCaseState.Cleared : MoneyCaseState.Confirmed;
            Guid which = parsed.GetRequiredValue(id);
            return await session.ActAsync(
                "case.close", which.ToString("D"), $"outcome {parsed.GetRequiredValue(outcome)}", parsed.GetRequiredValue(reason),
                async cluster =>
                {
                    MoneyCaseClosed closed = await cluster.MoneyCases().Close(new CloseMoneyCase(which, state));
                    string line = closed.Status switch
                    {
                        MoneyCaseStatus.Accepted => $"case {which:D} is {CaseLine.NameOf(closed.Case!.State)}",
                        MoneyCaseStatus.NotFound => $"{closed.Status}: there is no such case",
                        MoneyCaseStatus.NotAllowed => $"{closed.Status}: it is no case of screening",
                        _ => $"{closed.Status}: it was {CaseLine.NameOf(closed.Case!.State)} before",
                    };
                    return new ActionOutcome(
                        closed.Status == MoneyCaseStatus.Accepted,
                        new { Case = which, Status = closed.Status.ToString(), State = closed.Case is null ? null : CaseLine.NameOf(closed.Case.State) },
                        line);
                },
                cancellationToken);
        });
        return close;
    }

    private sealed record CaseLine(Guid Case, string Kind, string State, string Opened, string? Closed, Guid User, string Subject, string Detail)
    {
        public static CaseLine Of(MoneyCase found) => new(
            found.Case,
            found.Kind.ToString().ToLowerInvariant(),
            NameOf(found.State),
            Time(found.OpenedAtMs),
            found.ClosedAtMs == 0 ? null : Time(found.ClosedAtMs),
            found.User.Value,
            found.Subject,
            found.Detail);

        public static string NameOf(MoneyCaseState state) => state.ToString().ToLowerInvariant();

        private static string Time(long unixMs) =>
            DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
