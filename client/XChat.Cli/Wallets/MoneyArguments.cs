using System.CommandLine;

using XChat.Client;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary>An amount and its currency as two words: <c>12.34 EUR</c>.</summary>
internal sealed class MoneyArguments
{
    public Argument<string> Amount { get; } = new("amount") { Description = "How much, with a point: 12.34.", HelpName = "AMOUNT" };

    public Argument<string> Currency { get; } = new("currency") { Description = "In which currency, by its ISO 4217 code: EUR.", HelpName = "CURRENCY" };

    /// <summary>The option for a memo; it travels encrypted.</summary>
    public static Option<string> Memo() => new("--memo")
    {
        Description = "What it is for. Only the members of the conversation can read it.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => string.Empty,
    };

    public static Money Parse(string amount, string currency)
    {
        Currency known = ParseCurrency(currency);
        return Money.TryParse(amount, known, out Money money)
            ? money
            : throw new XChatException(
                ClientErrorReason.InvalidInput,
                $"AmountInvalid: \"{amount}\" is no amount in {known}: give digits with at most {known.MinorDigits()} after a point.");
    }

    public static Currency ParseCurrency(string text) => Protocol.Wallets.Currency.TryParse(text, out Currency known)
        ? known
        : throw new XChatException(ClientErrorReason.InvalidInput, $"CurrencyMismatch: \"{text}\" is no currency of ISO 4217: give three letters such as EUR.");

    public Money Of(ParseResult parsed) => Parse(parsed.GetRequiredValue(Amount), parsed.GetRequiredValue(Currency));

    /// <summary>An amount of the server for people: 12.34 EUR.</summary>
    public static string Text(Amount amount) => Protocol.Wallets.Amount.TryRead(amount, out Money money) ? money.ToString() : "an unreadable amount";

    /// <summary>The same without the currency.</summary>
    public static string Digits(Amount amount) => Protocol.Wallets.Amount.TryRead(amount, out Money money) ? money.FormatAmount() : string.Empty;

    /// <summary>An id as people name it.</summary>
    public static Argument<Guid> IdArgument(string what) => new("id")
    {
        Description = what,
        HelpName = "ID",
        CustomParser = static result =>
        {
            if (Guid.TryParse(result.Tokens[0].Value, out Guid id) && id != Guid.Empty)
            {
                return id;
            }

            result.AddError($"\"{result.Tokens[0].Value}\" is no id: copy it from what xchat printed.");
            return Guid.Empty;
        },
    };
}
