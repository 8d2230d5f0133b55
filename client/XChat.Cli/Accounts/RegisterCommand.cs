using System.CommandLine;
using System.CommandLine.Parsing;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Accounts;

namespace XChat.Cli.Accounts;

/// <summary><c>xchat register @alice</c>: makes an account, its keys and this first device.</summary>
internal static class RegisterCommand
{
    private const int PinDigits = 4;

    public static Command Create()
    {
        Argument<string> handle = new("handle") { Description = "The name that people will find you by, such as @alice.", HelpName = "@you" };
        Option<string?> pin = new("--pin")
        {
            Description = "Four digits for the backup of your keys. This version makes no backup yet and says so.",
            HelpName = "DIGITS",
        };
        pin.Validators.Add(RequirePin);
        Command command = new("register", "Makes an account on the server. Its keys are made here and stay in the profile folder.")
        {
            handle,
            pin,
            CommonOptions.Json,
        };
        command.SetAction((parsed, cancellationToken) => ProfileCommand.GuardAsync(async () =>
        {
            string folder = parsed.GetRequiredValue(CommonOptions.Profile);
            Uri server = parsed.GetValue(CommonOptions.Server) ?? new Uri(CommonOptions.DefaultServer);
            await using ProfileSession session = await ProfileSession.OpenAsync(folder, server, cancellationToken);
            OwnDevice self = await session.Client.RegisterAsync(parsed.GetRequiredValue(handle), cancellationToken);
            Say(self, session.Client, parsed);
            // Only now can others find keys to encrypt to.
            await session.Client.ConnectAsync(cancellationToken);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Say(OwnDevice self, XChatClient client, ParseResult parsed)
    {
        string folder = Path.GetFullPath(parsed.GetRequiredValue(CommonOptions.Profile));
        if (parsed.GetValue(CommonOptions.Json))
        {
            Console.WriteLine(JsonLine.Of(new { self.Handle, self.User, self.Device, client.Server, Profile = folder, Backup = false }));
            return;
        }

        Console.WriteLine($"You are {self.Handle} on {client.Server}");
        Console.WriteLine($"Your keys are in {folder} and nowhere else: no backup was made. Who loses that folder loses the account.");
    }

    private static void RequirePin(OptionResult result)
    {
        string pin = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (pin.Length != PinDigits || !pin.All(char.IsAsciiDigit))
        {
            result.AddError($"--pin takes {PinDigits} digits.");
        }
    }
}
