using System.CommandLine;

using QRCoder;

using XChat.Cli.Conversations;
using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat qr</c>: codes to pay and to be paid by, drawn for the terminal and as text; <c>--json</c> has the text alone.</summary>
internal static class QrCommand
{
    public static Command Create() => new("qr", "Makes and follows codes to pay and to be paid by.")
    {
        CreatePayer(), CreateRedeem(), CreateMerchant(), CreateLink(), CreateSepa(), CreatePay(),
    };

    private static Command CreatePayer()
    {
        MoneyArguments most = new();
        Option<string?> pin = PaymentPinCommand.Option();
        Command command = new(
            "payer", $"Shows a code by which whoever reads it may take one payment, up to an amount, within {Limits.PayerCodeSeconds} seconds.")
        {
            most.Amount, most.Currency, pin,
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money amount = most.Of(parsed);
            string? admitted = await PaymentPinCommand.ReadAsync(session.Client, amount, parsed.GetValue(pin), cancellationToken);
            return Show(
                session.Client.MakePayerCode(amount, admitted),
                $"For one payment of at most {amount}, within {Limits.PayerCodeSeconds} seconds. Show it to nobody else.",
                parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    private static Command CreateRedeem()
    {
        Argument<string> code = new("code") { Description = "The text of a payer's code.", HelpName = "CODE" };
        MoneyArguments money = new();
        Command command = new("redeem", "Takes a payment by a code that its payer shows.") { code, money.Amount, money.Currency };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money amount = money.Of(parsed);
            PaymentCode.OfPayer payer = PaymentCode.Read(parsed.GetRequiredValue(code)) as PaymentCode.OfPayer
                ?? throw NoCode("no payer's code");
            await session.Client.ConnectAsync(cancellationToken);
            PaymentOutcome outcome = await session.Client.RedeemPayerCodeAsync(payer, amount, cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(JsonLine.Of(new { Type = "redeemed", outcome.Transfer, outcome.Status }));
            }

            if (!outcome.Accepted)
            {
                await Console.Error.WriteLineAsync($"xchat: {PaymentExplanation.Of(outcome.Status, "Nothing was taken")}");
                return ExitCode.Refused;
            }

            if (!parsed.GetValue(CommonOptions.Json))
            {
                string handle = await session.Client.HandleOfAsync(payer.Code.Payer, cancellationToken);
                Console.WriteLine($"Took {amount} from {handle}; receipt {outcome.Transfer:D}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateMerchant()
    {
        Argument<string> currency = new("currency") { Description = "In which currency, by its ISO 4217 code: EUR.", HelpName = "CURRENCY" };
        Option<string?> amount = new("--amount") { Description = "How much. Default: the payer says.", HelpName = "AMOUNT" };
        Option<string> name = new("--name") { Description = "The name that payers see, at most 25 characters.", HelpName = "NAME", Required = true };
        Option<string> city = new("--city") { Description = "The city, at most 15 characters.", HelpName = "CITY", Required = true };
        Option<string> reference = new("--reference")
        {
            Description = "What you know the payment by, at most 25 characters.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => string.Empty,
        };
        Command command = new("merchant", "Shows a code that payers scan, in the form of EMVCo (merchant-presented).")
        {
            currency, amount, name, city, reference,
        };
        command.SetAction((parsed, session, _) =>
        {
            Currency known = MoneyArguments.ParseCurrency(parsed.GetRequiredValue(currency));
            Money? money = parsed.GetValue(amount) is { } digits ? MoneyArguments.Parse(digits, known.Code) : null;
            string code = session.Client.MakeMerchantCode(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(city), known, money, parsed.GetRequiredValue(reference));
            return Task.FromResult(Show(
                code, money is { } fixedAmount ? $"Pays you {fixedAmount}." : $"Pays you, in {known}; the payer says how much.",
                parsed.GetValue(CommonOptions.Json)));
        });
        return command;
    }

    private static Command CreateLink()
    {
        Option<string?> amount = new("--amount") { Description = "How much. Default: the payer says.", HelpName = "AMOUNT" };
        Option<string?> currency = new("--currency") { Description = "In which currency; with --amount.", HelpName = "CURRENCY" };
        Option<string> memo = new("--memo")
        {
            Description = "What for. The link is not encrypted.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => string.Empty,
        };
        Command command = new("link", "Shows a link, and its code, that asks to pay you.") { amount, currency, memo };
        command.SetAction((parsed, session, _) =>
        {
            bool some = parsed.GetValue(amount) is not null;
            if (some != parsed.GetValue(currency) is not null)
            {
                throw NoAmount("give --amount and --currency together, or neither.");
            }

            Money? money = some ? MoneyArguments.Parse(parsed.GetValue(amount)!, parsed.GetValue(currency)!) : null;
            return Task.FromResult(Show(
                session.Client.MakePaymentLink(money, parsed.GetRequiredValue(memo)), "Asks to pay you.", parsed.GetValue(CommonOptions.Json)));
        });
        return command;
    }

    private static Command CreateSepa()
    {
        Argument<string> iban = new("iban") { Description = "The account that the bank transfer goes to.", HelpName = "IBAN" };
        Argument<string> amount = new("amount") { Description = "How many euros, with a point: 12.34.", HelpName = "AMOUNT" };
        Option<string> name = new("--name") { Description = "Whose account it is.", HelpName = "NAME", Required = true };
        Option<string?> bic = new("--bic") { Description = "The bank's BIC, where it is outside of the EEA.", HelpName = "BIC" };
        Option<string> text = new("--text") { Description = "What is written on the transfer.", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };
        Command command = new("sepa", "Shows a code by which banking apps fill in a SEPA credit transfer (EPC069-12).")
        {
            iban, amount, name, bic, text,
        };
        command.SetAction((parsed, _, _) =>
        {
            Money money = MoneyArguments.Parse(parsed.GetRequiredValue(amount), "EUR");
            try
            {
                PayloadGenerator.Girocode payload = new(
                    parsed.GetRequiredValue(iban), parsed.GetValue(bic), parsed.GetRequiredValue(name), money.MinorUnits / 100m, parsed.GetRequiredValue(text),
                    version: PayloadGenerator.Girocode.GirocodeVersion.Version2, encoding: PayloadGenerator.Girocode.GirocodeEncoding.UTF_8);
                return Task.FromResult(Show(
                    payload.ToString(), $"A SEPA transfer of {money}.", parsed.GetValue(CommonOptions.Json), QRCodeGenerator.ECCLevel.M));
            }
            catch (PayloadGenerator.Girocode.GirocodeException wrong)
            {
                throw XChatException.Of(ClientErrorReason.InvalidInput, "SepaInvalid", wrong.Message, wrong);
            }
        });
        return command;
    }

    private static Command CreatePay()
    {
        Argument<string> code = new("code") { Description = "The text of a merchant's code or a link.", HelpName = "CODE" };
        Argument<string[]> money = new("amount") { Description = "How much, where the code does not say: 12.34 EUR.", Arity = new ArgumentArity(0, 2) };
        Option<bool> yes = StrangerWarning.Yes();
        Option<string?> pin = PaymentPinCommand.Option();
        Command command = new("pay", "Pays by a merchant's code or a link that was scanned.") { code, money, yes, pin };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            XChatClient client = session.Client;
            PaymentCode read = PaymentCode.Read(parsed.GetRequiredValue(code)) ?? throw NoCode("no code that can be paid by, or a damaged one");
            string[] said = parsed.GetValue(money) ?? [];
            Money? given = said.Length == 2 ? MoneyArguments.Parse(said[0], said[1]) : null;
            await client.ConnectAsync(cancellationToken);
            (string handle, Money? asked, string memo) = read switch
            {
                PaymentCode.OfMerchant { Code.Payee: var payee } when payee == Guid.Empty => throw NoCode("a code of another scheme"),
                PaymentCode.OfMerchant { Code: var merchant } => (
                    await client.HandleOfAsync(merchant.Payee, cancellationToken),
                    merchant.Amount is { } minorUnits ? new Money(minorUnits, merchant.Currency) : (Money?)null,
                    merchant.Reference),
                PaymentCode.Link { Value: var link } => ("@" + link.Handle, link.Amount, link.Memo),
                _ => throw NoCode("a payer's code: redeem it with xchat qr redeem"),
            };
            if (asked is not null && given is not null && asked != given)
            {
                throw NoAmount($"the code asks for {asked}; give no other amount.");
            }

            Money amount = asked ?? given ?? throw NoAmount("the code names no amount: give one, such as 12.34 EUR.");
            Guid user = await MoneyArguments.FindOtherAsync(client, handle, cancellationToken);
            await StrangerWarning.ConfirmAsync(client, user, handle, amount.ToString(), parsed.GetValue(yes), cancellationToken);
            PaymentDraft draft = new(user, amount)
            {
                Conversation = await ConversationArgument.OpenAsync(session, handle, cancellationToken),
                Memo = memo,
                Pin = await PaymentPinCommand.ReadAsync(client, amount, parsed.GetValue(pin), cancellationToken),
            };
            return await PayCommand.SayAsync(
                client, await client.PayAsync(draft, cancellationToken), user, $"{amount} to {handle}", parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    private static int Show(string code, string what, bool json, QRCodeGenerator.ECCLevel level = QRCodeGenerator.ECCLevel.L)
    {
        if (json)
        {
            Console.WriteLine(JsonLine.Of(new { Type = "qr", Code = code }));
            return ExitCode.Done;
        }

        Console.WriteLine(TerminalQr.Of(code, level));
        Console.WriteLine(what);
        Console.WriteLine(code);
        return ExitCode.Done;
    }

    private static XChatException NoCode(string what) => XChatException.Of(ClientErrorReason.InvalidInput, "CodeInvalid", $"this is {what}.");

    private static XChatException NoAmount(string what) => XChatException.Of(ClientErrorReason.InvalidInput, nameof(WalletStatus.AmountInvalid), what);
}
