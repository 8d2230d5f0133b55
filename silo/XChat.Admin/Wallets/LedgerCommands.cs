using System.CommandLine;
using System.Globalization;

using XChat.Storage.Wallets.Verification;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin ledger</c>: whether the books are right, and how an error is put right.</summary>
internal static class LedgerCommands
{
    public static Command Create(AdminFlags flags)
    {
        Command ledger = new("ledger", "Whether the books are right, and putting right what they say by a reverse transfer.");
        ledger.Subcommands.Add(CreateVerify(flags));
        ledger.Subcommands.Add(CorrectCommand.Create(flags));
        return ledger;
    }

    private static Command CreateVerify(AdminFlags flags)
    {
        Command verify = new(
            "verify", "Recomputes the whole ledger as of one moment, beside the running silos, and names every rule that is broken and where.");
        flags.Run(verify, async (_, session, cancellationToken) =>
        {
            LedgerVerification found = await new LedgerVerifier(session.Database).RunAsync(cancellationToken);
            session.Output.Say(found, Describe(found));
            return found.Violations.Count == 0 ? AdminExit.Done : AdminExit.Refused;
        });
        return verify;
    }

    private static string Describe(LedgerVerification found)
    {
        string seen = string.Create(
            CultureInfo.InvariantCulture, $"{found.Accounts} accounts, {found.Transfers} transfers, {found.Commands} commands");
        return found.Violations.Count == 0
            ? $"{seen}: all in order."
            : string.Join(Environment.NewLine, found.Violations.SelectMany(Describe).Append($"{seen}: {found.Violations.Count} rules are broken."));
    }

    private static IEnumerable<string> Describe(LedgerViolation violation)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"LEDGER BROKEN: {violation.Check} ({violation.Count}): {violation.Rule}");
        foreach (string row in violation.Rows)
        {
            yield return "  " + row;
        }

        if (violation.Count > violation.Rows.Count)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  and {violation.Count - violation.Rows.Count} more");
        }
    }
}
