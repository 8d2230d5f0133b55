using System.CommandLine;
using System.Globalization;

using XChat.Grains.Audit;
using XChat.Grains.Reports;
using XChat.Storage.Reports;

namespace XChat.Admin.Reports;

/// <summary>
/// <c>xchat-admin reports</c>: messages that their recipients showed. That each was sent as shown, by whom it says, was verified when it came in.
/// </summary>
internal static class ReportCommands
{
    private const int Page = 1000;

    public static Command Create(AdminFlags flags)
    {
        Command reports = new("reports", "Messages that people reported. Each was verified to be what was sent.");
        reports.Subcommands.Add(CreateList(flags));
        reports.Subcommands.Add(CreateShow(flags));
        return reports;
    }

    private static Command CreateList(AdminFlags flags)
    {
        Option<long> after = new("--after") { Description = "Only reports after this number.", HelpName = "NUMBER" };
        Option<int> limit = new("--limit") { Description = "At most so many (1 to 1000).", DefaultValueFactory = _ => 100 };
        Command list = new("list", "Lists reports in the order in which they came, without what was said.") { after, limit };
        flags.Run(list, async (parsed, session, cancellationToken) =>
        {
            IReadOnlyList<StoredReport> reports = await new PostgresReportStore(session.Database).ListAsync(
                parsed.GetValue(after), Math.Clamp(parsed.GetValue(limit), 1, Page), cancellationToken);
            session.Output.List(
                [.. reports.Select(report => ReportLine.Of(report, null))],
                "Nobody has reported anything.",
                ["number", "reported", "reporter", "sender", "conversation", "seq", "sent", "reason"],
                line =>
                [
                    line.Number.ToString(CultureInfo.InvariantCulture), line.Reported, line.Reporter, line.Sender, line.Conversation,
                    line.Seq.ToString(CultureInfo.InvariantCulture), line.Sent, line.Reason,
                ]);
            return AdminExit.Done;
        });
        return list;
    }

    private static Command CreateShow(AdminFlags flags)
    {
        Argument<long> number = new("number") { Description = "The report's number.", HelpName = "NUMBER" };
        Command show = new("show", "Shows what was said. It goes into the audit who looked.") { number };
        flags.Run(show, async (parsed, session, cancellationToken) =>
        {
            long which = parsed.GetValue(number);
            StoredReport report = await new PostgresReportStore(session.Database).FindAsync(which, cancellationToken)
                ?? throw new AdminException($"There is no report {which}: xchat-admin reports list shows them.");
            OperatorEntry look = new(session.Operator, "report.show", $"report {which}", string.Empty, OperatorStage.Done);
            _ = await session.Audit.AppendAsync(look, TimeProvider.System.GetUtcNow(), cancellationToken);
            ReportLine line = ReportLine.Of(report, ReportedContent.Show(report.Report.Content));
            session.Output.Say(
                line,
                $"Report {line.Number}: at {line.Sent} {line.Sender} sent in {line.Conversation} as {line.Seq}:{Environment.NewLine}{line.Content}"
                + $"{Environment.NewLine}{line.Reporter} reported it at {line.Reported}: {line.Reason}");
            return AdminExit.Done;
        });
        return show;
    }

    private sealed record ReportLine(
        long Number, string Reported, string Reporter, string Sender, string Conversation, long Seq, string Sent, string Reason, string? Content)
    {
        public static ReportLine Of(StoredReport report, string? content) => new(
            report.Number, Time(report.Report.ReportedAtMs), report.Report.Reporter.User.Value.ToString("D"), report.Report.Sender.User.Value.ToString("D"),
            report.Report.Conversation.Value.ToString("D"), report.Report.Seq, Time(report.Report.SentAtMs),
            ForeignText.Clean(report.Report.Reason), content);

        private static string Time(long ms) =>
            DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
