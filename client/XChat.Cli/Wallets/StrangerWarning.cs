using System.CommandLine;

using XChat.Client;

namespace XChat.Cli.Wallets;

/// <summary>
/// A first payment to somebody whom this device has never heard of is how most fraud begins: it takes a second look, at the prompt or by <c>--yes</c>.
/// </summary>
internal static class StrangerWarning
{
    private const string Status = "FirstPaymentToStranger";

    public static Option<bool> Yes() => new("--yes") { Description = "Pay somebody for the first time without being asked." };

    /// <summary>Goes on when the person wants to.</summary>
    /// <exception cref="XChatException">Nobody said so.</exception>
    public static async Task ConfirmAsync(XChatClient client, Guid user, string handle, string amount, bool yes, CancellationToken cancellationToken)
    {
        if (!client.IsStranger(user))
        {
            return;
        }

        string warning = $"You have never written with {handle} or paid them. If somebody you know asked you to, make sure that it was them: "
            + $"{amount} cannot be called back by you.";
        if (yes)
        {
            await Console.Error.WriteLineAsync($"xchat: warning: {warning}");
            return;
        }

        if (Console.IsInputRedirected)
        {
            throw XChatException.Of(ClientErrorReason.Refused, Status, $"{warning} Repeat with --yes to pay.");
        }

        await Console.Error.WriteAsync($"{warning}\nPay {handle} {amount}? [y/N] ");
        string? answer = await Console.In.ReadLineAsync(cancellationToken);
        if (answer?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw XChatException.Of(ClientErrorReason.Refused, Status, "nothing was paid.");
        }
    }
}
