using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Accounts;

namespace XChat.Cli.Accounts;

/// <summary><c>xchat devices</c>: the devices that an account certifies.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        Argument<string?> handle = new("handle")
        {
            Description = "Whose devices. Default: your own.",
            HelpName = "@person",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command command = new("devices", "Lists the devices of your account, or of another one; links and revokes yours.")
        {
            handle, DeviceChangeCommands.Link(), DeviceChangeCommands.Name(), DeviceChangeCommands.Revoke(),
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            IReadOnlyList<DeviceSummary> devices = parsed.GetValue(handle) is { } whose
                ? await session.Client.DevicesAsync(whose, cancellationToken)
                : await session.Client.DevicesAsync(cancellationToken);
            foreach (DeviceSummary device in devices)
            {
                Console.WriteLine(parsed.GetValue(CommonOptions.Json)
                    ? JsonLine.Of(device)
                    : $"{device.Device:D}  {TerminalText.Line(device.Label)}{(device.ThisDevice ? "  (this one)" : string.Empty)}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
