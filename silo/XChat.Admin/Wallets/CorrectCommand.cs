using System.CommandLine;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;

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
            // Read here for the amount alone: the grain reads it again when it is its turn.
            TransferStanding standing = await new PostgresWalletLedger(session.Database).FindTransferAsync(transfer, cancellationToken)
                ?? throw new AdminException($"There is no transfer {transfer.Value:D}: receipts and statements name it.");
            long? minorUnits = parsed.GetValue(amount) is { } text ? AmountOf(text, standing.Debit.Currency) : null;
            return await session.ActAsync(
                "ledger.correct", transfer.Value.ToString("D"), parsed.GetValue(amount) ?? "all", parsed.GetRequiredValue(reason),
                async cluster => Say(standing, await cluster.Dispute(transfer).Correct(new CorrectTransfer(minorUnits))),
                cancellationToken);
        });
        return correct;
    }

    private static ActionOutcome Say(TransferStanding standing, TransferCorrected corrected)
    {
        Money amount = new(corrected.MinorUnits, standing.Debit.Currency);
        return corrected.Status switch
        {
            WalletStatus.Accepted => Say(
                standing, corrected.Correction, nameof(WalletStatus.Accepted), $"{amount} went back, receipt {corrected.Correction.Value:D}", done: true),
            WalletStatus.AlreadyAccepted => Say(
                standing, corrected.Correction, nameof(WalletStatus.AlreadyAccepted),
                $"{amount} went back before, receipt {corrected.Correction.Value:D}", done: true),
            _ => Say(standing, null, corrected.Status.ToString(), corrected.Problem, done: false),
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
