using System.CommandLine;
using System.Globalization;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat statement EUR</c> and <c>xchat receipt ID</c>.</summary>
internal static class StatementCommand
{
    private const string CsvHead = "entry,time,transfer,direction,kind,reason,amount,balance,currency,party,reference,pending";

    public static Command Create()
    {
        Argument<string> currency = new("currency") { Description = "Whose statement, by the ISO 4217 code: EUR.", HelpName = "CURRENCY" };
        Option<DateTimeOffset?> from = Time("--from", "No older entries, such as 2026-01-31 or 2026-01-31T12:00Z.");
        Option<DateTimeOffset?> until = Time("--to", "Only entries before this.");
        Option<TransferReason> reason = Named<TransferReason>("--reason", "Only entries for this reason, such as payment or redPacketClaimed.", "REASON");
        Option<StatementDirection> direction = Named<StatementDirection>("--direction", "Only what came in, or what went out.", "in|out");
        Option<bool> csv = new("--csv") { Description = "Print CSV with a head, for spreadsheets and bookkeeping." };
        Option<bool> html = new("--html") { Description = "Print a page that stands alone and is made for paper: a browser makes a PDF of it." };
        Command command = new("statement", "Shows every movement of a wallet with the balance after it, newest first.")
        {
            currency, from, until, reason, direction, csv, html,
        };
        command.Validators.Add(result =>
        {
            if (new[] { csv, html, CommonOptions.Json }.Count(result.GetValue) > 1)
            {
                result.AddError("--csv, --html and --json exclude each other.");
            }
        });
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            StatementQuery query = new(MoneyArguments.ParseCurrency(parsed.GetRequiredValue(currency)))
            {
                From = parsed.GetValue(from),
                Until = parsed.GetValue(until),
                Reason = parsed.GetValue(reason),
                Direction = parsed.GetValue(direction),
            };
            await session.Client.ConnectAsync(cancellationToken);
            if (parsed.GetValue(csv))
            {
                Console.WriteLine(CsvHead);
            }

            List<StatementRow> rows = [];
            await foreach (StatementLine line in session.Client.StatementAsync(query, cancellationToken))
            {
                string party = line.Party == Guid.Empty ? string.Empty : await session.Client.HandleOfAsync(line.Party, cancellationToken);
                if (parsed.GetValue(html))
                {
                    rows.Add(new StatementRow(line, party));
                    continue;
                }

                Console.WriteLine(parsed.GetValue(csv) ? Csv(line, party)
                    : parsed.GetValue(CommonOptions.Json) ? JsonLine.Of(ToJson(line, party))
                    : Line(line, party));
            }

            if (parsed.GetValue(html))
            {
                bool whole = query.Reason == TransferReason.Unspecified && query.Direction == StatementDirection.Both;
                Console.Write(StatementPage.Of("@" + session.Client.RequireSelf().Handle.TrimStart('@'), query.Currency, Period(query), whole, rows));
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Why a line is there, in words.</summary>
    public static string What(StatementLine line) => Camel(line.Reason) + line.Kind switch
    {
        TransferKind.Pending => " (waits)",
        TransferKind.VoidPending => " (went back)",
        TransferKind.ExpirePending => " (expired)",
        _ => string.Empty,
    };

    public static Command CreateReceipt()
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The transfer, as the statement or the payment shows it.");
        Command command = new("receipt", "Shows the receipt of a payment and how it stands now.") { id };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            XChatClient client = session.Client;
            await client.ConnectAsync(cancellationToken);
            TransferReceipt receipt = await client.GetTransferAsync(parsed.GetRequiredValue(id), cancellationToken);
            var shown = new
            {
                Type = "receipt",
                receipt.Transfer,
                receipt.State,
                Payer = await NameAsync(client, receipt.Payer, cancellationToken),
                Payee = await NameAsync(client, receipt.Payee, cancellationToken),
                receipt.Amount.Currency,
                Amount = MoneyArguments.Digits(receipt.Amount),
                Fee = MoneyArguments.Digits(receipt.Fee),
                Settled = MoneyArguments.Digits(receipt.Settled),
                receipt.Reason,
                Reference = receipt.Reference == Guid.Empty ? (Guid?)null : receipt.Reference,
                Number = receipt.Seq,
                Time = DateTimeOffset.FromUnixTimeMilliseconds(receipt.TimeMs),
                ExpiresAt = receipt.ExpiresAtMs == 0 ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(receipt.ExpiresAtMs),
                SettledAt = receipt.SettledAtMs == 0 ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(receipt.SettledAtMs),
            };
            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(JsonLine.Of(shown));
                return ExitCode.Done;
            }

            Console.WriteLine($"receipt    {shown.Transfer:D}");
            Console.WriteLine($"number     {shown.Number}");
            Console.WriteLine($"time       {shown.Time:yyyy-MM-dd HH:mm:ss} UTC");
            Console.WriteLine($"payer      {shown.Payer}");
            Console.WriteLine($"payee      {shown.Payee}");
            Console.WriteLine($"amount     {MoneyArguments.Text(receipt.Amount)}");
            Console.WriteLine($"fee        {MoneyArguments.Text(receipt.Fee)}");
            string settledAt = shown.SettledAt is { } at ? $", {at:yyyy-MM-dd HH:mm:ss} UTC" : string.Empty;
            Console.WriteLine($"settled    {MoneyArguments.Text(receipt.Settled)}{settledAt}");
            Console.WriteLine($"for        {Camel(receipt.Reason)}");
            Console.WriteLine($"state      {Camel(receipt.State)}");
            return ExitCode.Done;
        });
        return command;
    }

    private static string Period(StatementQuery query)
    {
        string from = query.From is { } first ? $"from {first:yyyy-MM-dd HH:mm} UTC" : "from the first entry";
        string until = query.Until is { } end ? $"to {end:yyyy-MM-dd HH:mm} UTC" : "to now";
        string only = query.Reason == TransferReason.Unspecified ? string.Empty : $", {Camel(query.Reason)} only";
        string side = query.Direction == StatementDirection.Both ? string.Empty : $", {Camel(query.Direction)} only";
        return $"{from} {until}{only}{side}";
    }

    /// <summary>An option whose values are the names that statements show.</summary>
    private static Option<T> Named<T>(string name, string description, string values)
        where T : struct, Enum => new(name)
    {
        Description = description,
        HelpName = values,
        CustomParser = result =>
        {
            T[] known = [.. Enum.GetValues<T>().Where(value => !value.Equals(default(T)))];
            string text = result.Tokens[0].Value;
            foreach (T value in known.Where(value => Camel(value) == text))
            {
                return value;
            }

            result.AddError($"{name} is \"{text}\", which is none of: {string.Join(", ", known.Select(Camel))}.");
            return default;
        },
    };

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, Universal, out DateTimeOffset time))
            {
                return time;
            }

            result.AddError($"{name} is \"{result.Tokens[0].Value}\", not a time like 2026-01-31 or 2026-01-31T12:00Z.");
            return null;
        },
    };

    private static async Task<string> NameAsync(XChatClient client, Guid user, CancellationToken cancellationToken) =>
        user == Guid.Empty ? "the server" : await client.HandleOfAsync(user, cancellationToken);

    private static object ToJson(StatementLine line, string party) => new
    {
        Type = "entry",
        line.Entry,
        Time = DateTimeOffset.FromUnixTimeMilliseconds(line.TimeMs),
        line.Transfer,
        line.Outgoing,
        line.Kind,
        line.Reason,
        line.Amount.Currency,
        Amount = MoneyArguments.Digits(line.Amount),
        Balance = MoneyArguments.Digits(line.Balance),
        Party = party.Length == 0 ? null : party,
        Reference = line.Reference == Guid.Empty ? (Guid?)null : line.Reference,
        Pending = line.Pending == Guid.Empty ? (Guid?)null : line.Pending,
    };

    /// <summary>No field can hold a comma, a quote or the beginning of a formula: ids, numbers, handles and names of the protocol.</summary>
    private static string Csv(StatementLine line, string party) => string.Join(
        ',',
        line.Entry.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset.FromUnixTimeMilliseconds(line.TimeMs).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        line.Transfer.ToString("D"),
        line.Outgoing ? "out" : "in",
        Camel(line.Kind),
        Camel(line.Reason),
        MoneyArguments.Digits(line.Amount),
        MoneyArguments.Digits(line.Balance),
        line.Amount.Currency,
        party.TrimStart('@'),
        line.Reference == Guid.Empty ? string.Empty : line.Reference.ToString("D"),
        line.Pending == Guid.Empty ? string.Empty : line.Pending.ToString("D"));

    private static string Line(StatementLine line, string party)
    {
        string sign = line.Kind is TransferKind.Posted or TransferKind.PostPending ? (line.Outgoing ? "-" : "+") : " ";
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(line.TimeMs).ToLocalTime();
        return $"{line.Entry,4}  {time:yyyy-MM-dd HH:mm}  {sign}{MoneyArguments.Text(line.Amount)}  "
            + $"{What(line)}{(party.Length == 0 ? string.Empty : " " + party)}  balance {MoneyArguments.Digits(line.Balance)}  {line.Transfer:D}";
    }

    private static string Camel<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
