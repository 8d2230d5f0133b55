using System.CommandLine;

using XChat.Client;

namespace XChat.Cli.Wallets;

/// <summary>
/// A first payment to somebody whom this device has never heard of is how most fraud begins: it takes a second look, at the prompt or by <c>--yes</c>.
/// </summary>
internal static class StrangerWarning
{
    public static Option<bool> Yes() => new("--yes") { Description = "Pay somebody for the first time without being asked." };

    /// <summary>Whether to go on.</summary>
    public static async Task<bool> ConfirmAsync(XChatClient client, Guid user, string handle, string amount, bool yes, CancellationToken cancellationToken)
    {
        if (!client.IsStranger(user))
        {
            return true;
        }

        string warning = $"You have never written with {handle} or paid them. If somebody you know asked you to, make sure that it was them: "
            + $"{amount} cannot be called back by you.";
        if (yes)
        {
            await Console.Error.WriteLineAsync($"xchat: warning: {warning}");
            return true;
        }

        if (Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync($"xchat: FirstPaymentToStranger: {warning} Repeat with --yes to pay.");
            return false;
        }

        await Console.Error.WriteAsync($"{warning}\nPay {handle} {amount}? [y/N] ");
        string? answer = await Console.In.ReadLineAsync(cancellationToken);
        return answer?.Trim() is "y" or "Y" or "yes";
    }
}
