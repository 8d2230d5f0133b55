using System.CommandLine;

using XChat.Cli.Output;
using XChat.Cli.Recovery;
using XChat.Client;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat payment-pin</c>: the PIN that this device asks for before larger payments.</summary>
internal static class PaymentPinCommand
{
    public static Command Create() => new(
        "payment-pin", "The PIN that this device asks for before larger payments. It is not the one that brings the account back.")
    {
        Set(), Remove(), Status(),
    };

    /// <summary>The option of commands that pay.</summary>
    public static Option<string?> Option() => new("--payment-pin")
    {
        Description = "The PIN for payments of this device. Asked for when it is needed and not given.",
        HelpName = "PIN",
    };

    /// <summary>The PIN for a payment: given, or typed now when it is needed; null when it is not.</summary>
    public static async Task<string?> ReadAsync(XChatClient client, Money amount, string? given, CancellationToken cancellationToken) =>
        given is not null || amount.MinorUnits <= 0 || !client.NeedsPaymentPin(amount)
            ? given
            : await PinOption.ReadAsync(null, $"PIN to pay {amount}: ", cancellationToken);

    private static Command Set()
    {
        Option<string?> pin = PinOption.Create("The new PIN: 4 to 64 characters. Asked for when it is not given.");
        Option<string?> before = new("--before") { Description = "The PIN until now, if there is one.", HelpName = "PIN" };
        Command command = new("set", "Sets the PIN for payments of this device, or another one.") { pin, before };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            string? old = parsed.GetValue(before);
            if (old is null && session.Client.HasPaymentPin)
            {
                old = await PinOption.ReadAsync(null, "PIN until now: ", cancellationToken);
            }

            session.Client.SetPaymentPin(await PinOption.ReadNewAsync(parsed.GetValue(pin), cancellationToken), old);
            return Answer.Say(
                parsed,
                new { Type = "paymentPin", Set = true },
                $"This device asks for the PIN before payments above {PaymentExemption.Each}, above {PaymentExemption.Together} in all, "
                + $"or after {PaymentExemption.Count}.");
        });
        return command;
    }

    private static Command Remove()
    {
        Option<string?> pin = PinOption.Create("The PIN. Asked for when it is not given.");
        Command command = new("remove", "Has this device ask no more.") { pin };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            session.Client.RemovePaymentPin(await PinOption.ReadAsync(parsed.GetValue(pin), "PIN: ", cancellationToken));
            return Answer.Say(parsed, new { Type = "paymentPin", Set = false }, "This device asks for no PIN before payments.");
        });
        return command;
    }

    private static Command Status()
    {
        Command command = new("status", "Tells whether this device asks for a PIN.");
        command.SetAction((parsed, session, _) =>
        {
            bool isSet = session.Client.HasPaymentPin;
            Console.WriteLine(parsed.GetValue(CommonOptions.Json)
                ? JsonLine.Of(new { Type = "paymentPin", Set = isSet })
                : isSet ? "This device asks for a PIN before larger payments." : "This device asks for no PIN before payments.");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
