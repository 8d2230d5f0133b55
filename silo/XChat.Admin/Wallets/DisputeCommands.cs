using System.CommandLine;
using System.Globalization;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Disputes;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets.Disputes;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin dispute</c>: payments that their payers dispute.</summary>
internal static class DisputeCommands
{
    public static Command Create(AdminFlags flags)
    {
        Command dispute = new("dispute", "Payments that their payers dispute, and their clocks.");
        dispute.Subcommands.Add(CreateList(flags));
        dispute.Subcommands.Add(CreateDecide(flags));
        return dispute;
    }

    private static Command CreateList(AdminFlags flags)
    {
        Option<bool> all = new("--all") { Description = "Those that are decided too." };
        Option<int> limit = new("--limit") { Description = "At most so many (1 to 1000).", DefaultValueFactory = _ => 100 };
        Command list = new("list", "Lists disputes, oldest first, with what their clocks say next.") { all, limit };
        flags.Run(list, async (parsed, session, cancellationToken) =>
        {
            IReadOnlyList<StoredDispute> found = await new PostgresDisputeStore(session.Database).ListAsync(
                !parsed.GetValue(all), Math.Clamp(parsed.GetValue(limit), 1, 1000), cancellationToken);
            session.Output.List(
                [.. found.Select(one => DisputeLine.Of(one.Describe()))],
                parsed.GetValue(all) ? "There was never a dispute." : "No dispute is open.",
                ["payment", "state", "amount", "credited", "opened", "credit by", "decide by", "payer", "payee", "reason"],
                line =>
                [
                    line.Transfer.ToString("D"), line.Unsettled ? $"{line.State} (unsettled)" : line.State, line.Amount, line.Credited ? "yes" : "no",
                    line.Opened, line.CreditBy, line.DecideBy, line.Payer.ToString("D"), line.Payee.ToString("D"), line.Reason,
                ]);
            return AdminExit.Done;
        });
        return list;
    }

    private static Command CreateDecide(AdminFlags flags)
    {
        Argument<Guid> id = new("payment") { Description = "The disputed payment, as the list names it.", HelpName = "PAYMENT" };
        Option<string> outcome = new("--outcome")
        {
            Description = "upheld: the payer gets the money, the payee is charged. rejected: the payment stands, and what was credited is taken back.",
            Required = true,
        };
        outcome.AcceptOnlyFromAmong("upheld", "rejected");
        Option<string> reason = OperatorActions.Reason();
        Command decide = new("decide", "Decides a dispute.") { id, outcome, reason };
        flags.Run(decide, async (parsed, session, cancellationToken) =>
        {
            TransferId payment = new(parsed.GetRequiredValue(id));
            bool upheld = parsed.GetRequiredValue(outcome) == "upheld";
            return await session.ActAsync(
                "dispute.decide", payment.Value.ToString("D"), $"outcome {parsed.GetRequiredValue(outcome)}", parsed.GetRequiredValue(reason),
                async cluster => Describe(payment, await cluster.Dispute(payment).Decide(new DecideDispute(upheld))),
                cancellationToken);
        });
        return decide;
    }

    private static ActionOutcome Describe(TransferId payment, DisputeAnswered answered)
    {
        bool done = answered.Status is DisputeStatus.Accepted or DisputeStatus.AlreadyAccepted;
        DisputeLine? line = answered.Dispute is { } dispute ? DisputeLine.Of(dispute) : null;
        string unsettled = line is { Unsettled: true } ? "; money is due that did not move yet" : string.Empty;
        string rest = line is null ? "there is no dispute about it" : $"{line.State}, {line.Amount} {(line.Credited ? "credited" : "not credited")}{unsettled}";
        return new ActionOutcome(
            done,
            new { Payment = payment.Value, Status = answered.Status.ToString(), Dispute = line },
            done ? $"dispute about {payment.Value:D} is {rest}" : $"{answered.Status}: {rest}");
    }

    private sealed record DisputeLine(
        Guid Transfer,
        string State,
        string Amount,
        bool Credited,
        bool Unsettled,
        string Opened,
        string CreditBy,
        string DecideBy,
        Guid Payer,
        Guid Payee,
        string Reason)
    {
        public static DisputeLine Of(DisputeDescription dispute) => new(
            dispute.Transfer.Value,
            char.ToLowerInvariant(dispute.State.ToString()[0]) + dispute.State.ToString()[1..],
            new Money(dispute.MinorUnits, dispute.Currency).ToString(),
            dispute.Credited,
            dispute.Unsettled,
            Day(dispute.OpenedAtMs),
            Day(dispute.CreditByMs),
            Day(dispute.DecideByMs),
            dispute.Payer.Value,
            dispute.Payee.Value,
            dispute.Reason);

        private static string Day(long unixMs) =>
            DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
