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
        return Money.TryParse(amount, known, out Money money) ? money
            : Decimals(amount) is { } decimals && decimals <= known.MinorDigits() ? throw XChatException.Of(
                ClientErrorReason.InvalidInput, nameof(WalletStatus.AmountTooLarge), $"nobody can have {amount} {known}.")
            : throw XChatException.Of(
                ClientErrorReason.InvalidInput,
                nameof(WalletStatus.AmountInvalid),
                $"\"{amount}\" is no amount in {known}: give digits with at most {known.MinorDigits()} after a point.");
    }

    public static Currency ParseCurrency(string text) => Protocol.Wallets.Currency.TryParse(text, out Currency known)
        ? known
        : throw XChatException.Of(
            ClientErrorReason.InvalidInput,
            nameof(WalletStatus.CurrencyMismatch),
            $"\"{text}\" is no currency of ISO 4217: give three letters such as EUR.");

    /// <summary>The person whom a payment is for.</summary>
    /// <exception cref="XChatException">There is no such person, or it is the payer.</exception>
    public static async Task<Guid> FindOtherAsync(XChatClient client, string handle, CancellationToken cancellationToken)
    {
        Guid user;
        try
        {
            user = await client.FindPersonAsync(handle, cancellationToken);
        }
        catch (XChatException unknown) when (unknown.Reason == ClientErrorReason.NotFound)
        {
            throw XChatException.Of(ClientErrorReason.NotFound, nameof(WalletStatus.PayeeUnknown), unknown.Message, unknown);
        }

        return user != client.RequireSelf().User
            ? user
            : throw XChatException.Of(ClientErrorReason.InvalidInput, nameof(WalletStatus.SelfPayment), "that is you: name another person.");
    }

    public Money Of(ParseResult parsed) => Parse(parsed.GetRequiredValue(Amount), parsed.GetRequiredValue(Currency));

    /// <summary>An amount of the server for people: 12.34 EUR.</summary>
    public static string Text(Amount amount) => Protocol.Wallets.Amount.TryRead(amount, out Money money) ? money.ToString() : "an unreadable amount";

    /// <summary>The same without the currency.</summary>
    public static string Digits(Amount amount) => Protocol.Wallets.Amount.TryRead(amount, out Money money) ? money.FormatAmount() : string.Empty;

    /// <summary>How many decimals digits with a point have; null for what is not written so.</summary>
    private static int? Decimals(string text) => text.Split('.') switch
    {
        [{ Length: > 0 } whole] when whole.All(char.IsAsciiDigit) => 0,
        [{ Length: > 0 } whole, { Length: > 0 } rest] when whole.All(char.IsAsciiDigit) && rest.All(char.IsAsciiDigit) => rest.Length,
        _ => null,
    };

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
