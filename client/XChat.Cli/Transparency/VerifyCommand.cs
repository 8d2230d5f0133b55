using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Transparency;

namespace XChat.Cli.Transparency;

/// <summary><c>xchat verify @bob</c>: the safety number with a person, to be compared, and what came of it.</summary>
internal static class VerifyCommand
{
    private const int GroupsPerLine = 4;

    public static Command Create()
    {
        Argument<string> handle = new("handle") { Description = "Whose number to compare.", HelpName = "@person" };
        Option<bool> mark = new("--mark") { Description = "You compared the number and it is the same: remember it." };
        Option<bool> unmark = new("--unmark") { Description = "Forget that the number was compared." };
        Option<string?> scan = new("--scan") { Description = "The text of their QR code: compare it here and remember the result.", HelpName = "TEXT" };
        Command command = new("verify", "Shows the safety number with a person. If it is the same on both sides, nobody sits in between.")
        {
            handle, mark, unmark, scan,
        };
        command.Validators.Add(result =>
        {
            if (new[] { mark, unmark }.Count(result.GetValue) + (result.GetValue(scan) is null ? 0 : 1) > 1)
            {
                result.AddError("--mark, --unmark and --scan exclude each other.");
            }
        });
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            string whose = parsed.GetRequiredValue(handle);
            await session.TryConnectAsync(cancellationToken);
            SafetyView view =
                parsed.GetValue(scan) is { } text ? await session.Client.CompareAsync(whose, text, cancellationToken)
                : parsed.GetValue(mark) || parsed.GetValue(unmark)
                    ? await session.Client.MarkVerifiedAsync(whose, parsed.GetValue(mark), cancellationToken)
                    : await session.Client.SafetyAsync(whose, cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(JsonLine.Of(view));
            }
            else
            {
                Show(view, withCode: parsed.GetValue(scan) is null && !parsed.GetValue(mark) && !parsed.GetValue(unmark));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(SafetyView view, bool withCode)
    {
        if (withCode)
        {
            Console.WriteLine($"Safety number with {view.Handle}:");
            foreach (string[] line in view.Groups.Chunk(GroupsPerLine))
            {
                Console.WriteLine($"  {string.Join(' ', line)}");
            }

            Console.WriteLine(TerminalQr.Of(view.QrText));
            Console.WriteLine(view.QrText);
            Console.WriteLine($"If {view.Handle} sees the same number, confirm it with: xchat verify {view.Handle} --mark");
        }

        Console.WriteLine(
            view.Verified ? $"{view.Handle} is verified."
            : view.Changed ? $"{view.Handle} was verified with another number: a device was taken out of the account since. Compare the new number."
            : $"{view.Handle} is not verified.");
    }
}
