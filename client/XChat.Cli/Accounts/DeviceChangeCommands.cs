using System.CommandLine;

using XChat.Cli.Output;
using XChat.Cli.Recovery;
using XChat.Client;
using XChat.Client.Accounts;

namespace XChat.Cli.Accounts;

/// <summary><c>xchat devices link</c>, <c>name</c> and <c>revoke</c>: changes of the account's device list.</summary>
internal static class DeviceChangeCommands
{
    /// <summary><c>xchat devices link CODE</c>: lets the new device that shows the code into the account.</summary>
    public static Command Link()
    {
        Argument<string> code = new("code") { Description = "What xchat link shows on the new device.", HelpName = "CODE" };
        Option<bool> yes = new("--yes") { Description = "Do not ask whether the digits are the same. For tests: it gives the protection up." };
        Command command = new("link", "Lets a new device into your account.") { code, yes };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            using LinkAcceptance link = await session.Client.AcceptLinkAsync(parsed.GetRequiredValue(code), cancellationToken);
            _ = Answer.Say(
                parsed,
                new { Type = "digits", Device = link.Label, link.Digits },
                $"Device: {TerminalText.Line(link.Label)}",
                $"Digits: {Confirmation.Grouped(link.Digits)}");
            if (!parsed.GetValue(yes) && !await Confirmation.AskAsync("Does the new device show the same digits?", cancellationToken))
            {
                throw new XChatException(ClientErrorReason.Security, "Not linked, and nothing was sent. If the digits differ, somebody is in between.");
            }

            await link.ConfirmAsync(cancellationToken);
            return Answer.Say(
                parsed, new { Type = "linked", Device = link.Label }, "Linked. It comes into your conversations as the devices in them are online.");
        });
        return command;
    }

    /// <summary><c>xchat devices revoke DEVICE</c>.</summary>
    public static Command Revoke()
    {
        Argument<string> device = Device();
        Option<string?> pin = PinOption.Create("Your PIN, if you have one: it then brings back the new key that your account gets. Without it, it is void.");
        Command command = new("revoke", "Takes a device out of your account: its sessions end at once, and it reads nothing more.") { device, pin };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            DeviceSummary which = await FindAsync(session.Client, parsed.GetRequiredValue(device), cancellationToken);
            Revocation done = await session.Client.RevokeDeviceAsync(which.Device, parsed.GetValue(pin), cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                return Answer.Say(parsed, new { Type = "revoked", which.Device, which.Label, Backup = done.Backup is not null, done.PinLost });
            }

            Console.WriteLine($"{TerminalText.Line(which.Label)} is no device of your account any more, and the key that it had is the account's no more.");
            Console.WriteLine("Your safety numbers are new ones: people who compared theirs with you are asked to do it again.");
            if (done.Backup is { } backup)
            {
                PinLines.Say(backup);
            }
            else if (done.PinLost)
            {
                Console.WriteLine("Your PIN brings nothing back any more: set it again now (xchat pin change).");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>xchat devices name DEVICE LABEL</c>.</summary>
    public static Command Name()
    {
        Argument<string> device = Device();
        Argument<string> label = new("label") { Description = "What to call it.", HelpName = "NAME" };
        Command command = new("name", "Calls a device of yours otherwise.") { device, label };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            DeviceSummary which = await FindAsync(session.Client, parsed.GetRequiredValue(device), cancellationToken);
            string called = parsed.GetRequiredValue(label);
            await session.Client.RenameDeviceAsync(which.Device, called, cancellationToken);
            return Answer.Say(parsed, new { Type = "named", which.Device, Label = called });
        });
        return command;
    }

    private static Argument<string> Device() =>
        new("device") { Description = "Its name, its id, or the first characters of the id, as xchat devices lists them.", HelpName = "DEVICE" };

    private static async Task<DeviceSummary> FindAsync(XChatClient client, string text, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeviceSummary> devices = await client.DevicesAsync(cancellationToken);
        DeviceSummary[] found =
        [
            .. devices.Where(device => device.Label == text || device.Device.ToString("D").StartsWith(text, StringComparison.OrdinalIgnoreCase)),
        ];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new XChatException(ClientErrorReason.NotFound, $"Your account has no device '{text}': xchat devices lists them."),
            _ => throw new XChatException(ClientErrorReason.InvalidInput, $"'{text}' fits {found.Length} devices: give more of the id."),
        };
    }
}
