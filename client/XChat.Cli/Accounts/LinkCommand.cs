using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Accounts;

namespace XChat.Cli.Accounts;

/// <summary><c>xchat link</c>: makes this new profile a device of an account that another device has.</summary>
internal static class LinkCommand
{
    public static Command Create()
    {
        Option<bool> yes = new("--yes") { Description = "Do not ask whether the digits are the same. For tests: it gives the protection up." };
        Command command = new("link", "Makes this a device of your account. Shows a code to enter on a device that you have: xchat devices link CODE.") { yes };
        command.SetAction((parsed, cancellationToken) => ProfileCommand.GuardAsync(parsed, async () =>
        {
            string folder = parsed.GetRequiredValue(CommonOptions.Profile);
            Uri server = parsed.GetValue(CommonOptions.Server) ?? new Uri(CommonOptions.DefaultServer);
            await using ProfileSession session = await ProfileSession.OpenAsync(folder, server, cancellationToken);
            using LinkRequest request = await session.Client.LinkAsync(cancellationToken);
            _ = Answer.Say(
                parsed, new { Type = "code", request.Code }, TerminalQr.Of(request.Code), $"On a device that you have: xchat devices link {request.Code}");
            string digits = await request.AwaitDigitsAsync(cancellationToken);
            _ = Answer.Say(parsed, new { Type = "digits", Digits = digits }, $"Digits: {Confirmation.Grouped(digits)}");
            if (!parsed.GetValue(yes) && !await Confirmation.AskAsync("Does the other device show the same digits?", cancellationToken))
            {
                throw new XChatException(ClientErrorReason.Security, "Not linked. If the digits differ, somebody is in between.");
            }

            OwnDevice self = await request.FinishAsync(cancellationToken);
            _ = Answer.Say(parsed, new { Type = "linked", self.Handle, self.User, self.Device }, $"This is a device of {self.Handle} now.");
            // Only now can the others' devices let this one into the conversations.
            await session.Client.ConnectAsync(cancellationToken);
            return ExitCode.Done;
        }));
        return command;
    }
}
