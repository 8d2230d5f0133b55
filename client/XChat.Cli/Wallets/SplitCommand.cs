using System.CommandLine;
using System.Globalization;

using XChat.Cli.Conversations;
using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat split Trip 100 EUR --equal</c>: shares a bill that you have paid.</summary>
internal static class SplitCommand
{
    public static Command Create()
    {
        Argument<string> name = ConversationArgument.Create();
        MoneyArguments money = new();
        Option<bool> equal = new("--equal") { Description = "The same for everybody in the conversation. The default." };
        Option<string[]> shares = new("--shares")
        {
            Description = "In proportion, such as --shares @bob=2 @carol=1. Cents that do not divide go to the first.",
            HelpName = "@person=N",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string[]> amounts = new("--amounts")
        {
            Description = "By amounts that add up, such as --amounts @bob=60 @carol=40.",
            HelpName = "@person=AMOUNT",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> memo = MoneyArguments.Memo();
        Command command = new("split", "Splits a bill that you have paid among the people of a conversation; each pays you a share.")
        {
            name, money.Amount, money.Currency, equal, shares, amounts, memo,
        };
        command.Validators.Add(result =>
        {
            int ways = new Option[] { equal, shares, amounts }.Count(option => result.GetResult(option) is { Implicit: false });
            if (ways > 1)
            {
                result.AddError("--equal, --shares and --amounts exclude each other.");
            }
        });
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money total = money.Of(parsed);
            BillSplit split = parsed.GetValue(shares) is { Length: > 0 } weights ? BillSplit.ByShares([.. weights.Select(ParseWeight)])
                : parsed.GetValue(amounts) is { Length: > 0 } parts ? BillSplit.ByAmounts([.. parts.Select(part => ParseAmount(part, total.Currency))])
                : BillSplit.Equal;
            await session.Client.ConnectAsync(cancellationToken);
            ConversationInfo conversation = await session.Client.FindConversationAsync(parsed.GetRequiredValue(name), cancellationToken);
            Guid id = await session.Client.SplitBillAsync(conversation.Id, total, split, parsed.GetRequiredValue(memo), cancellationToken);
            return await RequestCommands.ShowAsync(session, id, parsed.GetValue(CommonOptions.Json), cancellationToken);
        });
        return command;
    }

    private static (string Handle, int Weight) ParseWeight(string text)
    {
        (string handle, string value) = Halves(text);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int weight) && weight > 0
            ? (handle, weight)
            : throw Wrong($"\"{text}\" is no share: give @person=N with a whole number from 1.");
    }

    private static (string Handle, Money Amount) ParseAmount(string text, Currency currency)
    {
        (string handle, string value) = Halves(text);
        return (handle, MoneyArguments.Parse(value, currency.Code));
    }

    private static (string Handle, string Value) Halves(string text) => text.Split('=') is [var handle, var value]
        ? (handle, value)
        : throw Wrong($"\"{text}\" is no share: give @person=N.");

    private static XChatException Wrong(string text) => XChatException.Of(ClientErrorReason.InvalidInput, nameof(PaymentRequestStatus.RequestInvalid), text);
}
