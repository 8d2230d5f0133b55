using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat deposit 50.00 EUR</c>, <c>xchat withdraw 20.00 EUR</c> and <c>xchat transit ID</c>.</summary>
internal static class RailCommands
{
    private const int DefaultWait = 20;

    public static Command CreateDeposit()
    {
        MoneyArguments money = new();
        Option<string?> rail = RailOption();
        Option<int> wait = WaitOption();
        Command command = new("deposit", "Brings money into the wallet.") { money.Amount, money.Currency, rail, wait };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money amount = money.Of(parsed);
            XChatClient client = session.Client;
            await client.ConnectAsync(cancellationToken);
            RailView over = await ChooseAsync(
                client, parsed.GetValue(rail), amount.Currency, "Nothing was deposited", one => one.Deposits, cancellationToken);
            RailPaymentView payment = await client.DepositAsync(over.Rail, amount, cancellationToken);
            payment = await client.WaitForRailPaymentAsync(payment.Payment, TimeSpan.FromSeconds(parsed.GetValue(wait)), cancellationToken);
            return await SayAsync(payment, over.PlayMoney, parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    public static Command CreateWithdraw()
    {
        MoneyArguments money = new();
        Option<string?> rail = RailOption();
        Option<int> wait = WaitOption();
        Option<string> to = new("--to")
        {
            Description = "Where to, as the rail understands it. Rails of play money need none.",
            HelpName = "DESTINATION",
            DefaultValueFactory = _ => string.Empty,
        };
        Option<string?> pin = PaymentPinCommand.Option();
        Command command = new("withdraw", "Takes money out of the wallet.") { money.Amount, money.Currency, to, rail, wait, pin };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money amount = money.Of(parsed);
            XChatClient client = session.Client;
            await client.ConnectAsync(cancellationToken);
            RailView over = await ChooseAsync(
                client, parsed.GetValue(rail), amount.Currency, "Nothing was withdrawn", one => one.Withdrawals, cancellationToken);
            string? given = await PaymentPinCommand.ReadAsync(client, amount, parsed.GetValue(pin), cancellationToken);
            RailPaymentView payment = await client.WithdrawAsync(over.Rail, amount, parsed.GetRequiredValue(to), given, cancellationToken);
            payment = await client.WaitForRailPaymentAsync(payment.Payment, TimeSpan.FromSeconds(parsed.GetValue(wait)), cancellationToken);
            return await SayAsync(payment, over.PlayMoney, parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    /// <summary>A deposit or withdrawal later: it may take days, and may come back after it had settled.</summary>
    public static Command CreateTransit()
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The deposit or withdrawal, by the id that it was ordered with.");
        Command command = new("transit", "Shows how a deposit or withdrawal stands.") { id };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            XChatClient client = session.Client;
            await client.ConnectAsync(cancellationToken);
            RailPaymentView payment = await client.GetRailPaymentAsync(parsed.GetRequiredValue(id), cancellationToken);
            IReadOnlyList<RailView> rails = await client.RailsAsync(MoneyArguments.ParseCurrency(payment.Amount.Currency), cancellationToken);
            bool playMoney = rails.Any(one => one.Rail == payment.Rail && one.PlayMoney);
            return await SayAsync(payment, playMoney, parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    private static Option<string?> RailOption() => new("--rail")
    {
        Description = "Over which of the server's rails. Default: the first that carries the currency.",
        HelpName = "NAME",
    };

    private static Option<int> WaitOption() => new("--wait")
    {
        Description = $"Seconds to wait for the rail. Default: {DefaultWait}; xchat transit shows how it stands later.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => DefaultWait,
    };

    private static async Task<RailView> ChooseAsync(
        XChatClient client, string? name, Currency currency, string what, Func<RailView, bool> does, CancellationToken cancellationToken)
    {
        IReadOnlyList<RailView> rails = await client.RailsAsync(currency, cancellationToken);
        return rails.FirstOrDefault(one => does(one) && (name is null || one.Rail == name)) ?? throw XChatException.Of(
            ClientErrorReason.Refused,
            nameof(RailPaymentStatus.RailUnknown),
            $"{what}: the server has no {(name is null ? "rail" : $"rail \"{name}\"")} that carries {currency}.");
    }

    private static async Task<int> SayAsync(RailPaymentView payment, bool playMoney, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonLine.Of(ToJson(payment, playMoney)));
        }

        if (payment.State is RailPaymentState.Failed or RailPaymentState.Refused or RailPaymentState.Returned)
        {
            await Console.Error.WriteLineAsync($"xchat: {payment.State}: {Line(payment, playMoney)}");
            return ExitCode.Refused;
        }

        if (!json)
        {
            Console.WriteLine(Line(payment, playMoney));
        }

        return ExitCode.Done;
    }

    private static object ToJson(RailPaymentView payment, bool playMoney) => new
    {
        Type = payment.Kind == RailPaymentKind.Deposit ? "deposit" : "withdrawal",
        payment.Payment,
        payment.Rail,
        PlayMoney = playMoney,
        payment.State,
        payment.Amount.Currency,
        Amount = MoneyArguments.Digits(payment.Amount),
        Returned = MoneyArguments.Digits(payment.Returned),
        Owed = MoneyArguments.Digits(payment.Owed),
        Transfer = payment.Transfer == Guid.Empty ? (Guid?)null : payment.Transfer,
        Instruction = payment.Instruction.Length == 0 ? null : payment.Instruction,
        Failure = payment.Failure.Length == 0 ? null : payment.Failure,
    };

    private static string Line(RailPaymentView payment, bool playMoney)
    {
        bool deposit = payment.Kind == RailPaymentKind.Deposit;
        string amount = MoneyArguments.Text(payment.Amount) + (playMoney ? " of PLAY MONEY, which is worth nothing," : string.Empty);
        string line = payment.State switch
        {
            RailPaymentState.Completed => deposit ? $"{amount} came in" : $"{amount} went out",
            RailPaymentState.Failed => deposit ? $"{amount} did not come in" : $"{amount} did not go out and can be spent again",
            RailPaymentState.Refused => $"{amount} did not go out: the wallet refused",
            RailPaymentState.Returned => deposit ? $"{amount} was taken back by the rail" : $"{amount} came back",
            _ => deposit
                ? $"{amount} is on its way in; see how it stands with: xchat transit {payment.Payment:D}"
                : $"{amount} is reserved and on its way out; see how it stands with: xchat transit {payment.Payment:D}",
        };
        string failure = payment.Failure.Length == 0 ? string.Empty : $" ({TerminalText.Line(payment.Failure)})";
        string instruction = payment.Instruction.Length == 0 || payment.State is not (RailPaymentState.Ordered or RailPaymentState.UnderWay)
            ? string.Empty
            : $"{Environment.NewLine}To do: {TerminalText.Line(payment.Instruction)}";
        string owed = payment.Owed.MinorUnits == "0" ? string.Empty : $"; you owe {MoneyArguments.Text(payment.Owed)} of it, because it had been spent";
        string receipt = payment.Transfer == Guid.Empty || payment.State != RailPaymentState.Completed ? string.Empty : $"; receipt {payment.Transfer:D}";
        return line + failure + owed + receipt + instruction;
    }
}
