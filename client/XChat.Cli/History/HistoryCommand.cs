using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.History;

namespace XChat.Cli.History;

/// <summary><c>xchat history</c>: what the devices of the account keep for each other, and files of it.</summary>
internal static class HistoryCommand
{
    public static Command Create() => new("history", "Your conversations on a new device: from the server, encrypted by your devices, or from a file.")
    {
        Sync(), Export(), Import(),
    };

    private static Command Sync()
    {
        Command command = new("sync", "Reads what your other devices kept and keeps what they do not have. Happens by itself while connected.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            HistoryReport report = await session.Client.SyncHistoryAsync(cancellationToken);
            string said = $"{report.Messages} messages came in. Your devices have kept {report.Segments} parts.";
            return Answer.Say(
                parsed,
                new { Type = "history", report.Messages, report.Segments, report.Unreadable },
                report.Unreadable == 0 ? [said]
                    : [said, $"{report.Unreadable} parts are under keys that no device of yours passed on: they stay unreadable here."]);
        });
        return command;
    }

    private static Command Export()
    {
        Argument<string> file = File();
        Option<string?> passphrase = Passphrase();
        Command command = new("export", "Writes all conversations of this device into a file, encrypted under a passphrase.") { file, passphrase };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            string path = parsed.GetRequiredValue(file);
            string typed = await ReadAsync(parsed.GetValue(passphrase), "Passphrase for the file: ", cancellationToken);
            int messages = await session.Client.ExportHistoryAsync(path, typed, cancellationToken);
            return Answer.Say(
                parsed,
                new { Type = "exported", Messages = messages, File = path },
                $"{messages} messages are in {path}. Whoever has the file and the passphrase reads them; without the passphrase nobody does.");
        });
        return command;
    }

    private static Command Import()
    {
        Argument<string> file = File();
        Option<string?> passphrase = Passphrase();
        Command command = new("import", "Takes over what a file has and this device does not. It has to be of your own account.") { file, passphrase };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            string typed = await ReadAsync(parsed.GetValue(passphrase), "Passphrase of the file: ", cancellationToken);
            int messages = await session.Client.ImportHistoryAsync(parsed.GetRequiredValue(file), typed, cancellationToken);
            return Answer.Say(parsed, new { Type = "imported", Messages = messages }, $"{messages} messages came in.");
        });
        return command;
    }

    private static Argument<string> File() => new("file") { Description = "The file.", HelpName = "FILE" };

    private static Option<string?> Passphrase() => new("--passphrase") { Description = "The passphrase. Asked for when it is not given.", HelpName = "TEXT" };

    private static async Task<string> ReadAsync(string? given, string prompt, CancellationToken cancellationToken)
    {
        if (given is not null)
        {
            return given;
        }

        return await HiddenPrompt.AskAsync(prompt, cancellationToken)
            ?? throw new XChatException(ClientErrorReason.InvalidInput, "No passphrase was given: use --passphrase, or type it when asked.");
    }
}
