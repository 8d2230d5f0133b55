using System.CommandLine;

using XChat.Cli.Output;
using XChat.Cli.Recovery;
using XChat.Client.Accounts;
using XChat.Client.Recovery;

namespace XChat.Cli.Accounts;

/// <summary><c>xchat register @alice</c>: makes an account, its keys and this first device.</summary>
internal static class RegisterCommand
{
    public static Command Create()
    {
        Argument<string> handle = new("handle") { Description = "The name that people will find you by, such as @alice.", HelpName = "@you" };
        Option<string?> pin = PinOption.Create(
            "4 digits, or up to 64 characters, that bring the account back when this device is lost. Without it there is no backup.");
        Command command = new("register", "Makes an account on the server. Its keys are made here and stay in the profile folder.")
        {
            handle,
            pin,
        };
        command.SetAction((parsed, cancellationToken) => ProfileCommand.GuardAsync(parsed, async () =>
        {
            string folder = parsed.GetRequiredValue(CommonOptions.Profile);
            Uri server = parsed.GetValue(CommonOptions.Server) ?? new Uri(CommonOptions.DefaultServer);
            await using ProfileSession session = await ProfileSession.OpenAsync(folder, server, cancellationToken);
            string? chosen = parsed.GetValue(pin) is { } given ? await PinOption.ReadNewAsync(given, cancellationToken) : null;
            OwnDevice self = await session.Client.RegisterAsync(parsed.GetRequiredValue(handle), cancellationToken);
            bool json = parsed.GetValue(CommonOptions.Json);
            string profile = Path.GetFullPath(folder);
            if (!json)
            {
                Console.WriteLine($"You are {self.Handle} on {session.Client.Server}");
                Console.WriteLine($"Your keys are in {profile}.");
            }

            // Only now can others find keys to encrypt to.
            await session.Client.ConnectAsync(cancellationToken);
            PinReport? backup = chosen is null ? null : await session.Client.SetPinAsync(chosen, cancellationToken: cancellationToken);
            if (json)
            {
                Console.WriteLine(JsonLine.Of(
                    new { self.Handle, self.User, self.Device, session.Client.Server, Profile = profile, Backup = backup is not null }));
                return ExitCode.Done;
            }

            SayBackup(backup);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void SayBackup(PinReport? backup)
    {
        if (backup is null)
        {
            Console.WriteLine("They are nowhere else: no backup was made. Who loses that folder loses the account; xchat pin change makes one.");
            return;
        }

        PinLines.Say(backup);
    }
}
