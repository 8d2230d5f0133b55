using XChat.FaultTests.Workload;
using XChat.Protocol.Wallets;

namespace XChat.FaultTests.Checks;

/// <summary>
/// Whether the money is where it was said to be: every accepted payment in the ledger once, as it was ordered; every refused one absent; every unknown one
/// known by its id; nothing that nobody ordered; balances that follow from it; and a card for each that was to have one.
/// </summary>
internal static class MoneyCheck
{
    private const int Payment = 10;

    /// <summary>Violations, in words; none when all is well.</summary>
    public static IEnumerable<string> Run(Evidence evidence) => [.. Ledger(evidence), .. ById(evidence), .. Balances(evidence), .. Cards(evidence)];

    private static IEnumerable<string> Ledger(Evidence evidence)
    {
        ILookup<Guid, TransferRow> ledger = evidence.Transfers.ToLookup(row => row.Transfer);
        foreach (MadePayment payment in evidence.Payments)
        {
            TransferRow[] rows = [.. ledger[payment.Transfer]];
            if (payment.Status == WalletStatus.Unspecified)
            {
                yield return $"unresolved: nobody knows what became of payment {payment.Transfer} of person {payment.Payer} ({rows.Length} in the ledger)";
            }
            else if (payment.Accepted != (rows.Length == 1) || rows.Length > 1)
            {
                yield return $"{(payment.Accepted ? "lost or doubled" : "invented")}: payment {payment.Transfer} was answered {payment.Status}, "
                    + $"and the ledger has {rows.Length} of it";
            }
            else if (rows is [TransferRow row] && (row.Debit, row.Credit, row.MinorUnits)
                != (evidence.Users[payment.Payer], evidence.Users[payment.Payee], payment.MinorUnits))
            {
                yield return $"changed: payment {payment.Transfer} is {row} in the ledger";
            }
        }

        HashSet<Guid> ordered = [.. evidence.Payments.Select(payment => payment.Transfer)];
        foreach (TransferRow row in evidence.Transfers.Where(row => !ordered.Contains(row.Transfer)))
        {
            yield return $"invented: nobody ordered {row}";
        }
    }

    private static IEnumerable<string> ById(Evidence evidence)
    {
        HashSet<Guid> ledger = [.. evidence.Transfers.Select(row => row.Transfer)];
        return evidence.FoundById.Where(asked => asked.Value != ledger.Contains(asked.Key))
            .Select(asked => $"unresolved: asked by its id, the server says {(asked.Value ? "there is" : "there is no")} payment {asked.Key}");
    }

    private static IEnumerable<string> Balances(Evidence evidence)
    {
        for (int person = 0; person < evidence.Users.Count; person++)
        {
            Guid user = evidence.Users[person];
            long came = evidence.Transfers.Where(row => row.Credit == user).Sum(row => row.MinorUnits);
            long went = evidence.Transfers.Where(row => row.Debit == user).Sum(row => row.MinorUnits);
            long expected = evidence.Funds + came - went;
            if (evidence.Balances[person] != expected)
            {
                yield return $"money: person {person} has {evidence.Balances[person]}, but {evidence.Funds} + {came} - {went} is {expected}";
            }
        }

        long total = evidence.Balances.Sum();
        if (total != evidence.Funds * evidence.Users.Count)
        {
            yield return $"money: {evidence.Funds * evidence.Users.Count} became {total}";
        }
    }

    private static IEnumerable<string> Cards(Evidence evidence)
    {
        ILookup<Guid, LogRow> cards = evidence.Log.Where(row => row.Kind == Payment).ToLookup(row => row.Target ?? Guid.Empty);
        foreach (MadePayment payment in evidence.Payments.Where(payment => payment.Status != WalletStatus.Unspecified))
        {
            int expected = payment.Accepted && payment.Conversation != Guid.Empty ? 1 : 0;
            if (cards[payment.Transfer].Count() != expected)
            {
                yield return $"card: payment {payment.Transfer} ({payment.Status}) has {cards[payment.Transfer].Count()} entries, not {expected}";
            }

            foreach (Shown shown in evidence.Shown.Where(shown => expected == 1 && shown.Conversation == payment.Conversation))
            {
                int memos = shown.Lines.Count(line => line.Text == payment.Memo);
                if (memos != 1)
                {
                    yield return $"card: person {shown.Person} shows the card of payment {payment.Transfer} {memos} times";
                }
            }
        }
    }
}
