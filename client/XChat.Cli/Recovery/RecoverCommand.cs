using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Accounts;

namespace XChat.Cli.Recovery;

/// <summary><c>xchat recover @alice</c>: brings an account back into a new profile, with its PIN.</summary>
internal static class RecoverCommand
{
    public static Command Create()
    {
        Argument<string> handle = new("handle") { Description = "Your handle, such as @alice.", HelpName = "@you" };
        Option<string?> pin = PinOption.Create("Your PIN. Asked for when it is not given.");
        Option<string?> code = new("--code") { Description = "Your recovery code, if you put one in front of the PIN.", HelpName = "CODE" };
        Option<bool> revoke = new("--revoke-others")
        {
            Description = "Revoke the devices that the account had: right when they are lost or stolen. Default: they stay.",
        };
        Command command = new("recover", "Brings an account back on a new machine: with the handle, the PIN, and nothing else.")
        {
            handle, pin, code, revoke,
        };
        command.SetAction((parsed, cancellationToken) => ProfileCommand.GuardAsync(parsed, async () =>
        {
            Uri server = parsed.GetValue(CommonOptions.Server) ?? new Uri(CommonOptions.DefaultServer);
            await using ProfileSession session = await ProfileSession.OpenAsync(parsed.GetRequiredValue(CommonOptions.Profile), server, cancellationToken);
            string typed = await PinOption.ReadAsync(parsed.GetValue(pin), "PIN: ", cancellationToken);
            OwnDevice self = await session.Client.RecoverAsync(
                parsed.GetRequiredValue(handle), typed, parsed.GetValue(code), parsed.GetValue(revoke), cancellationToken);
            await session.Client.ConnectAsync(cancellationToken);
            await SayAsync(self, session, parsed.GetValue(CommonOptions.Json), cancellationToken);
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task SayAsync(OwnDevice self, ProfileSession session, bool json, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeviceSummary> devices = await session.Client.DevicesAsync(cancellationToken);
        if (json)
        {
            Console.WriteLine(JsonLine.Of(new { self.Handle, self.User, self.Device, session.Client.Server, Devices = devices }));
            return;
        }

        Console.WriteLine($"You are {self.Handle} on {session.Client.Server} again, with a new device. All guesses at the PIN are there again.");
        foreach (DeviceSummary device in devices)
        {
            Console.WriteLine($"device  {device.Device:D}  {TerminalText.Line(device.Label)}{(device.ThisDevice ? "  (this one)" : string.Empty)}");
        }

        Console.WriteLine("What was said before is here, as far as your devices kept it (xchat history).");
        Console.WriteLine("You can write in your conversations as soon as somebody in them is online: their clients let this device in.");
    }
}
