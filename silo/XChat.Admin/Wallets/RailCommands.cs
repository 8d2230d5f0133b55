using System.CommandLine;
using System.Globalization;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin rails</c>: whether what rails hold is what the books say.</summary>
internal static class RailCommands
{
    public static Command Create(AdminFlags flags)
    {
        Command rails = new("rails", "What rails hold, and whether the books agree.");
        rails.Subcommands.Add(CreateReconcile(flags));
        return rails;
    }

    private static Command CreateReconcile(AdminFlags flags)
    {
        Option<string?> rail = new("--rail") { Description = "Only the rail of this name. Default: all that the silos have.", HelpName = "NAME" };
        Command reconcile = new(
            "reconcile",
            "Reads the rails' statements up to today and compares them with the ledger, payment by payment. Names every difference and what to do about it.")
        {
            rail,
        };
        flags.Run(reconcile, async (parsed, session, cancellationToken) =>
        {
            IRailDirectoryGrain directory = (await session.ConnectAsync(cancellationToken)).RailDirectory();
            string[] names = parsed.GetValue(rail) is { } one
                ? [one]
                : [.. (await directory.List(new ListRails())).Rails.Select(each => each.Rail)];
            bool right = true;
            foreach (string name in names)
            {
                RailReconciled found = await directory.Reconcile(new ReconcileRail(name));
                session.Output.Say(ToJson(name, found), Describe(name, found));
                right &= IsRight(found);
            }

            return right ? AdminExit.Done : AdminExit.Refused;
        });
        return reconcile;
    }

    /// <summary>What is being worked on goes away by itself; everything else is for somebody to look at.</summary>
    private static bool IsRight(RailReconciled found) =>
        found.Status == ReconcileStatus.Done && found.Changed.Count == 0
        && found.Currencies.All(currency => currency.Breaks.Count == currency.BreakCount && currency.Breaks.All(one => one.Kind == RailBreakKind.Open));

    private static object ToJson(string name, RailReconciled found) => new
    {
        Rail = name,
        Status = found.Status.ToString(),
        found.Days,
        found.Changed,
        Currencies = found.Currencies.Select(currency => new
        {
            currency.Currency.Code,
            RailHolds = Digits(currency.RailHolds, currency.Currency),
            LedgerSays = Digits(currency.LedgerSays, currency.Currency),
            Difference = Digits(currency.RailHolds - currency.LedgerSays, currency.Currency),
            currency.BreakCount,
            Breaks = currency.Breaks.Select(one => new
            {
                one.Payment,
                Kind = one.Kind.ToString(),
                RailSays = Digits(one.RailSays, currency.Currency),
                LedgerSays = Digits(one.LedgerSays, currency.Currency),
            }),
        }),
    };

    private static string Describe(string name, RailReconciled found)
    {
        if (found.Status != ReconcileStatus.Done)
        {
            return found.Status == ReconcileStatus.RailUnknown
                ? $"rail {name}: the silos have no such rail."
                : $"rail {name}: it does not answer, and nothing was compared. Try again.";
        }

        List<string> lines = [string.Create(CultureInfo.InvariantCulture, $"rail {name}: {found.Days} statements read.")];
        lines.AddRange(found.Changed.Select(line => $"  CHANGED: the rail now says otherwise of line {line} than when it was read: ask the rail why."));
        foreach (RailCurrencyReconciled currency in found.Currencies)
        {
            Money difference = new(currency.RailHolds - currency.LedgerSays, currency.Currency);
            lines.Add(
                $"  {currency.Currency}: the rail holds {Digits(currency.RailHolds, currency.Currency)}, "
                + $"the ledger says {Digits(currency.LedgerSays, currency.Currency)}, difference {difference.FormatAmount()}"
                + (currency.BreakCount == 0 ? ": all in order." : string.Create(CultureInfo.InvariantCulture, $", {currency.BreakCount} breaks:")));
            lines.AddRange(currency.Breaks.Select(one =>
                $"    {Name(one)}: the rail says {Digits(one.RailSays, currency.Currency)}, "
                + $"the ledger {Digits(one.LedgerSays, currency.Currency)}; {Remedy(one.Kind)}"));
            if (currency.BreakCount > currency.Breaks.Count)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"    and {currency.BreakCount - currency.Breaks.Count} more"));
            }
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string Name(RailBreak one) => one.Payment == Guid.Empty ? "what names no payment" : $"payment {one.Payment:D}";

    private static string Remedy(RailBreakKind kind) => kind switch
    {
        RailBreakKind.Open => "it is being worked on and goes away by itself.",
        RailBreakKind.Contradicted =>
            "the rail contradicts what was booked: decide with the rail who is right, and put wallets right by xchat-admin ledger correct.",
        RailBreakKind.Unknown => "nobody ordered it here: ask the rail what it is.",
        _ => "it has come to rest here: compare with the rail's own records.",
    };

    private static string Digits(long minorUnits, Currency currency) => new Money(minorUnits, currency).FormatAmount();
}
