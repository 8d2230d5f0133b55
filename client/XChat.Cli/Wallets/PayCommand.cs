using System.CommandLine;

using XChat.Cli.Conversations;
using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat pay @bob 12.34 EUR --memo "lunch"</c>, and the answers to a payment that waits.</summary>
internal static class PayCommand
{
    public static Command Create()
    {
        Argument<string> to = new("person") { Description = "Whom to pay.", HelpName = "@person" };
        MoneyArguments money = new();
        Option<string> memo = MoneyArguments.Memo();
        Option<bool> accept = new("--accept") { Description = "Let them accept within a day; until then the payment can be recalled." };
        Option<bool> yes = StrangerWarning.Yes();
        Option<string?> pin = PaymentPinCommand.Option();
        Command command = new("pay", "Pays a person; the conversation with them shows it.")
        {
            to, money.Amount, money.Currency, memo, accept, yes, pin,
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money amount = money.Of(parsed);
            string handle = parsed.GetRequiredValue(to);
            XChatClient client = session.Client;
            await client.ConnectAsync(cancellationToken);
            Guid payee = await MoneyArguments.FindOtherAsync(client, handle, cancellationToken);
            await StrangerWarning.ConfirmAsync(client, payee, handle, amount.ToString(), parsed.GetValue(yes), cancellationToken);
            PaymentDraft draft = new(payee, amount)
            {
                Conversation = await ConversationArgument.OpenAsync(session, handle, cancellationToken),
                Memo = parsed.GetRequiredValue(memo),
                WithAcceptance = parsed.GetValue(accept),
                Pin = await PaymentPinCommand.ReadAsync(client, amount, parsed.GetValue(pin), cancellationToken),
            };
            PaymentOutcome outcome = await client.PayAsync(draft, cancellationToken);
            return await SayAsync(client, outcome, payee, $"{amount} to {handle}", parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    public static Command CreateAccept() => CreateAnswer(
        "accept", "Takes the money of a payment that waits for you.", "accepted", (client, id, token) => client.AcceptPaymentAsync(id, token));

    public static Command CreateDecline() => CreateAnswer(
        "decline", "Sends the money of a payment that waits for you back.", "declined", (client, id, token) => client.DeclinePaymentAsync(id, token));

    public static Command CreateRecall() => CreateAnswer(
        "recall", "Takes back a payment that the other has not accepted yet.", "recalled", (client, id, token) => client.RecallPaymentAsync(id, token));

    /// <summary>Says what came of a payment: done, waiting, or the status that refused it.</summary>
    public static async Task<int> SayAsync(XChatClient client, PaymentOutcome outcome, Guid payee, string what, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonLine.Of(new { Type = "payment", outcome.Transfer, outcome.Status, outcome.Number, outcome.ExpiresAt }));
        }

        if (!outcome.Accepted)
        {
            await Console.Error.WriteLineAsync($"xchat: {PaymentExplanation.Of(outcome.Status, "Nothing was paid")}");
            return ExitCode.Refused;
        }

        client.NotePaid(payee);
        if (!json)
        {
            Console.WriteLine(outcome.ExpiresAt is { } until
                ? $"{what} waits to be accepted until {until.ToLocalTime():yyyy-MM-dd HH:mm}; receipt {outcome.Transfer:D}"
                : $"Paid {what}; receipt {outcome.Transfer:D}");
        }

        return ExitCode.Done;
    }

    private static Command CreateAnswer(
        string name, string description, string done, Func<XChatClient, Guid, CancellationToken, Task<PaymentOutcome>> answer)
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The payment, by the id on its receipt or in the statement.");
        Command command = new(name, description) { id };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            PaymentOutcome outcome = await answer(session.Client, parsed.GetRequiredValue(id), cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(JsonLine.Of(new { Type = "answer", outcome.Transfer, outcome.Status }));
            }

            if (!outcome.Accepted)
            {
                await Console.Error.WriteLineAsync($"xchat: {PaymentExplanation.Of(outcome.Status, $"The payment was not {done}")}");
                return ExitCode.Refused;
            }

            if (!parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine($"The payment is {done}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
