using System.CommandLine;
using System.Globalization;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat refund</c> and <c>xchat dispute</c>: what becomes of payments afterwards.</summary>
internal static class DisputeCommands
{
    public static Command CreateRefund()
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The payment that you got, by the id on its receipt or in the statement.");
        Argument<string?> amount = new("amount")
        {
            Description = "How much of it, in its currency. Without it: all.",
            HelpName = "AMOUNT",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> pin = PaymentPinCommand.Option();
        Command command = new("refund", "Gives back money that somebody paid you.") { id, amount, pin };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            Guid transfer = parsed.GetRequiredValue(id);
            TransferReceipt receipt = await session.Client.GetTransferAsync(transfer, cancellationToken);
            Money? part = parsed.GetValue(amount) is { } text ? MoneyArguments.Parse(text, receipt.Settled.Currency) : null;
            Money whole = Amount.TryRead(receipt.Settled, out Money read) ? read : default;
            string? given = await PaymentPinCommand.ReadAsync(session.Client, part ?? whole, parsed.GetValue(pin), cancellationToken);
            PaymentOutcome outcome = await session.Client.RefundAsync(transfer, part, given, cancellationToken);
            string what = $"{part?.ToString() ?? MoneyArguments.Text(receipt.Settled)} back";
            return await PayCommand.SayAsync(session.Client, outcome, receipt.Payer, what, parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    public static Command CreateDispute() => new("dispute", "Disputes a payment that you made: somebody looks into it, within fixed times.")
    {
        Open(), Show(), Withdraw(),
    };

    private static Command Open()
    {
        Argument<Guid> id = PaymentArgument();
        Option<string> reason = new("--reason")
        {
            Description = "What is wrong. The operator of the server reads it: unlike a memo it is not encrypted.",
            HelpName = "TEXT",
            Required = true,
        };
        Command command = new("open", "Begins a dispute.") { id, reason };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            Say(await session.Client.OpenDisputeAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(reason), cancellationToken), parsed);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show() => Create(
        "show", "Shows how a dispute stands, to both parties.", (client, id, token) => client.GetDisputeAsync(id, token));

    private static Command Withdraw() => Create(
        "withdraw", "Takes a dispute back; what you were credited goes back too.", (client, id, token) => client.WithdrawDisputeAsync(id, token));

    private static Command Create(string name, string description, Func<XChatClient, Guid, CancellationToken, Task<DisputeView>> call)
    {
        Argument<Guid> id = PaymentArgument();
        Command command = new(name, description) { id };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            Say(await call(session.Client, parsed.GetRequiredValue(id), cancellationToken), parsed);
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<Guid> PaymentArgument() => MoneyArguments.IdArgument("The payment, by the id on its receipt or in the statement.");

    private static void Say(DisputeView dispute, ParseResult parsed)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            Console.WriteLine(JsonLine.Of(new
            {
                Type = "dispute",
                dispute.Transfer,
                dispute.State,
                Amount = MoneyArguments.Digits(dispute.Amount),
                dispute.Amount.Currency,
                dispute.Credited,
                dispute.CreditByMs,
                dispute.DecideByMs,
                dispute.DecidedAtMs,
            }));
            return;
        }

        string credited = dispute.Credited ? "the payer has the money" : "the payer does not have the money";
        Console.WriteLine(dispute.State switch
        {
            DisputeState.Open => $"{MoneyArguments.Text(dispute.Amount)} disputed; {credited}. "
                + $"Undecided by {Day(dispute.CreditByMs)}, it is credited for the time being; it is decided by {Day(dispute.DecideByMs)}.",
            DisputeState.Upheld or DisputeState.UpheldByTime => $"{MoneyArguments.Text(dispute.Amount)}: the payer was right; {credited}.",
            DisputeState.Withdrawn => $"{MoneyArguments.Text(dispute.Amount)}: the payer took the dispute back; {credited}.",
            _ => $"{MoneyArguments.Text(dispute.Amount)}: the payment stands; {credited}.",
        });
    }

    private static string Day(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
