using System.Globalization;
using System.Net;
using System.Text;

using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary>One line of a statement with the handle of the other side; empty where that is the server.</summary>
internal sealed record StatementRow(StatementLine Line, string Party);

/// <summary>
/// A statement as a page that stands alone and is made for paper: A4, the head of the table on each sheet, no row torn apart. A browser prints it to PDF.
/// </summary>
internal static class StatementPage
{
    private const string Style = """
        @page { size: A4; margin: 18mm 15mm }
        body { font: 10pt sans-serif; color: #000 }
        h1 { font-size: 14pt }
        dl { display: grid; grid-template-columns: max-content auto; column-gap: 8mm }
        dd { margin: 0 }
        table { width: 100%; border-collapse: collapse }
        thead { display: table-header-group }
        tr { break-inside: avoid }
        th, td { padding: 1mm 2mm; border-bottom: 0.2mm solid #999; text-align: left; vertical-align: top }
        .money { text-align: right; white-space: nowrap }
        .id { font-size: 7pt }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="holder">Whose wallet it is.</param>
    /// <param name="currency">Which one.</param>
    /// <param name="period">What was asked for, in words.</param>
    /// <param name="whole">Whether nothing was left out of the period, so that it has a balance at its begin and end.</param>
    /// <param name="rows">The lines, newest first, as they are read.</param>
    public static string Of(string holder, Currency currency, string period, bool whole, IReadOnlyList<StatementRow> rows)
    {
        StringBuilder page = new();
        page.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.AppendLine(CultureInfo.InvariantCulture, $"<title>Statement {Text(holder)} {currency.Code}</title>");
        page.AppendLine("<style>").AppendLine(Style).AppendLine("</style></head><body>");
        page.AppendLine(CultureInfo.InvariantCulture, $"<h1>Statement of {Text(holder)} in {currency.Code}</h1>").AppendLine("<dl>");
        Define(page, "period", period);
        if (whole && rows.Count > 0)
        {
            Define(page, "balance at the begin", new Money(MinorUnits(rows[^1].Line.Balance) - EffectOf(rows[^1].Line), currency).ToString());
            Define(page, "came in", SumOf(rows, currency, effect => effect > 0));
            Define(page, "went out", SumOf(rows, currency, effect => effect < 0));
            Define(page, "balance at the end", new Money(MinorUnits(rows[0].Line.Balance), currency).ToString());
        }

        Define(page, "entries", rows.Count.ToString(CultureInfo.InvariantCulture));
        page.AppendLine("</dl>").AppendLine("<table><thead><tr><th>no.</th><th>time (UTC)</th><th>what</th><th>with</th><th>transfer</th>");
        page.AppendLine("<th class=\"money\">amount</th><th class=\"money\">balance</th></tr></thead><tbody>");
        foreach (StatementRow row in rows.Reverse())
        {
            AppendRow(page, row);
        }

        return page.AppendLine("</tbody></table></body></html>").ToString();
    }

    private static void AppendRow(StringBuilder page, StatementRow row)
    {
        StatementLine line = row.Line;
        long effect = EffectOf(line);
        string sign = effect > 0 ? "+" : effect < 0 ? "\u2212" : string.Empty;
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(line.TimeMs);
        page.Append(CultureInfo.InvariantCulture, $"<tr><td>{line.Entry}</td><td>{time:yyyy-MM-dd HH:mm:ss}</td>")
            .Append(CultureInfo.InvariantCulture, $"<td>{Text(StatementCommand.What(line))}</td><td>{Text(row.Party)}</td>")
            .Append(CultureInfo.InvariantCulture, $"<td class=\"id\">{line.Transfer:D}</td>")
            .Append(CultureInfo.InvariantCulture, $"<td class=\"money\">{sign}{MoneyArguments.Digits(line.Amount)}</td>")
            .AppendLine(CultureInfo.InvariantCulture, $"<td class=\"money\">{MoneyArguments.Digits(line.Balance)}</td></tr>");
    }

    private static void Define(StringBuilder page, string name, string value) =>
        page.AppendLine(CultureInfo.InvariantCulture, $"<dt>{name}</dt><dd>{Text(value)}</dd>");

    private static string SumOf(IReadOnlyList<StatementRow> rows, Currency currency, Func<long, bool> counts)
    {
        long sum = 0;
        foreach (long effect in rows.Select(row => EffectOf(row.Line)).Where(counts))
        {
            sum = checked(sum + Math.Abs(effect));
        }

        return new Money(sum, currency).ToString();
    }

    /// <summary>What a line did to the balance: reservations and their ends without money do nothing to it.</summary>
    private static long EffectOf(StatementLine line) =>
        line.Kind is not (TransferKind.Posted or TransferKind.PostPending) ? 0 : line.Outgoing ? -MinorUnits(line.Amount) : MinorUnits(line.Amount);

    private static long MinorUnits(Amount amount) => Amount.TryRead(amount, out Money money) ? money.MinorUnits : 0;

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
