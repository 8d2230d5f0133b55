using System.CommandLine;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Corrections;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets.Disputes;
using XChat.Storage.Wallets.Reports;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin ledger correct</c>: puts an error right by a reverse transfer, once however often it is run.</summary>
internal static class CorrectCommand
{
    public static Command Create(AdminFlags flags)
    {
        Argument<Guid> id = new("transfer") { Description = "The transfer that was wrong, by its receipt's id.", HelpName = "TRANSFER" };
        Argument<string?> amount = new("amount")
        {
            Description = "How much of it goes back, in its currency. Without it: all that did not go back yet.",
            HelpName = "AMOUNT",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> reason = OperatorActions.Reason();
        Command correct = new(
            "correct",
            "Gives the money of a transfer back by a reverse one. Where a rail or a red packet was the other side, the operator's account gives or gets it.")
        {
            id, amount, reason,
        };
        flags.Run(correct, async (parsed, session, cancellationToken) =>
        {
            TransferId transfer = new(parsed.GetRequiredValue(id));
            LedgerCorrections corrections = new(session.Database);
            TransferStanding standing = await corrections.FindAsync(transfer, cancellationToken)
                ?? throw new AdminException($"There is no transfer {transfer.Value:D}: receipts and statements name it.");
            long? minorUnits = parsed.GetValue(amount) is { } text ? AmountOf(text, standing.Debit.Currency) : null;
            return await session.ActAsync(
                "ledger.correct", transfer.Value.ToString("D"), parsed.GetValue(amount) ?? "all", parsed.GetRequiredValue(reason),
                cluster => corrections.AloneAsync(
                    transfer, () => CorrectAsync(cluster, new PostgresDisputeStore(session.Database), standing, minorUnits), cancellationToken),
                cancellationToken);
        });
        return correct;
    }

    private static async Task<ActionOutcome> CorrectAsync(
        IClusterClient cluster, PostgresDisputeStore givenBack, TransferStanding standing, long? minorUnits)
    {
        long back = await givenBack.SumGivenBackAsync(CorrectionRules.SideOf(standing.Credit), standing.Transfer, CancellationToken.None);
        Correction correction = CorrectionRules.Decide(standing, back, minorUnits);
        if (correction.Order is not { } order)
        {
            return Say(standing, null, "NotCorrected", correction.Problem, done: false);
        }

        TransferDecided decided = await cluster.Wallet(correction.From).Transfer(order);
        Money amount = new(order.Legs[0].MinorUnits, standing.Debit.Currency);
        return decided.Status switch
        {
            WalletStatus.Accepted => Say(
                standing, order.Command, nameof(WalletStatus.Accepted), $"{amount} went back, receipt {order.Command.Value:D}", done: true),
            WalletStatus.AlreadyAccepted => Say(
                standing, order.Command, nameof(WalletStatus.AlreadyAccepted), $"{amount} went back before, receipt {order.Command.Value:D}", done: true),
            _ => Say(standing, null, decided.Status.ToString(), "the wallet that has the money refused", done: false),
        };
    }

    private static ActionOutcome Say(TransferStanding standing, TransferId? correction, string status, string what, bool done) => new(
        done,
        new { Transfer = standing.Transfer.Value, Status = status, Correction = correction?.Value, Text = what },
        done ? $"of {standing.Transfer.Value:D} {what}" : $"{status}: {what}");

    private static long AmountOf(string text, Currency currency) => Money.TryParse(text, currency, out Money money)
        ? money.MinorUnits
        : throw new AdminException($"\"{text}\" is no amount in {currency}.");
}
