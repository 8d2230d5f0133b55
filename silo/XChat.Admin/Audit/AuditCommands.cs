using System.CommandLine;
using System.Globalization;

using XChat.Grains.Audit;

namespace XChat.Admin.Audit;

/// <summary><c>xchat-admin audit</c>: what operators did, and whether the record of it is whole.</summary>
internal static class AuditCommands
{
    private const int Page = 1000;

    public static Command Create(AdminFlags flags)
    {
        Command audit = new("audit", "What operators did, and whether the record of it is whole.");
        audit.Subcommands.Add(CreateList(flags));
        audit.Subcommands.Add(CreateVerify(flags));
        return audit;
    }

    private static Command CreateList(AdminFlags flags)
    {
        Option<long> after = new("--after") { Description = "Only entries after this place.", HelpName = "SEQ" };
        Option<int> limit = new("--limit") { Description = "At most so many (1 to 1000).", DefaultValueFactory = _ => 100 };
        Command list = new("list", "Lists entries in the order in which they were written.") { after, limit };
        flags.Run(list, async (parsed, session, cancellationToken) =>
        {
            int most = Math.Clamp(parsed.GetValue(limit), 1, Page);
            IReadOnlyList<OperatorAction> actions = await session.Audit.ReadAsync(parsed.GetValue(after), most, cancellationToken);
            session.Output.List(
                [.. actions.Select(AuditLine.Of)],
                "No operator has done anything yet.",
                ["seq", "time", "operator", "action", "stage", "subject", "detail"],
                line => [line.Seq.ToString(CultureInfo.InvariantCulture), line.Time, line.Operator, line.Action, line.Stage, line.Subject, line.Detail]);
            return AdminExit.Done;
        });
        return list;
    }

    private static Command CreateVerify(AdminFlags flags)
    {
        Option<string?> head = new("--head")
        {
            Description = "The head that an earlier run printed (SEQ:HASH) and that you kept elsewhere: shows whether newer entries were cut off or rewritten.",
            HelpName = "SEQ:HASH",
        };
        Command verify = new("verify", "Recomputes the hash chain and names every entry that does not fit. Note its head somewhere else.") { head };
        flags.Run(verify, async (parsed, session, cancellationToken) =>
        {
            AuditVerification found = await VerifyAsync(session.Audit, parsed.GetValue(head), cancellationToken);
            session.Output.Say(
                found,
                found.Problems.Count == 0
                    ? $"{found.Entries} entries, all in order. Head: {found.Head}"
                    : string.Join(Environment.NewLine, found.Problems.Select(problem => $"AUDIT BROKEN: {problem}")));
            return found.Problems.Count == 0 ? AdminExit.Done : AdminExit.Refused;
        });
        return verify;
    }

    private static async Task<AuditVerification> VerifyAsync(IOperatorLog log, string? noted, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        OperatorAction? before = null;
        long entries = 0;
        bool metNoted = noted is null;
        IReadOnlyList<OperatorAction> page;
        do
        {
            page = await log.ReadAsync(before?.Seq ?? 0, Page, cancellationToken);
            foreach (OperatorAction action in page)
            {
                if (OperatorChain.Check(before, action) is { } problem)
                {
                    problems.Add(problem);
                }

                metNoted |= HeadOf(action) == noted;
                before = action;
                entries++;
            }
        }
        while (page.Count == Page);

        if (!metNoted)
        {
            problems.Add($"the noted head {noted} is not in the record: it was rewritten or cut short");
        }

        return new AuditVerification(entries, before is null ? $"0:{Convert.ToHexStringLower(OperatorChain.Origin)}" : HeadOf(before), problems);
    }

    private static string HeadOf(OperatorAction action) =>
        string.Create(CultureInfo.InvariantCulture, $"{action.Seq}:{Convert.ToHexStringLower(action.Hash)}");

    private sealed record AuditVerification(long Entries, string Head, IReadOnlyList<string> Problems);

    private sealed record AuditLine(long Seq, string Time, string Operator, string Action, string Stage, string Subject, string Detail)
    {
        public static AuditLine Of(OperatorAction action) => new(
            action.Seq,
            DateTimeOffset.FromUnixTimeMilliseconds(action.TimeMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            action.Entry.Operator,
            action.Entry.Action,
            JsonName(action.Entry.Stage),
            action.Entry.Subject,
            action.Entry.Detail);

        private static string JsonName(OperatorStage stage) => stage.ToString().ToLowerInvariant();
    }
}
