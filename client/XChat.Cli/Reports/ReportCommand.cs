using System.CommandLine;

using XChat.Cli.Conversations;
using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Reports;

/// <summary><c>xchat report @bob 12</c>: shows a message to the server's operator.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Argument<string> name = ConversationArgument.Create();
        Argument<long> seq = new("seq") { Description = "The number of the message, as 'xchat read' shows it.", HelpName = "seq" };
        Option<string> reason = new("--reason") { Description = "What you want to say about it.", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };
        Command command = new("report", "Shows one message that you received to the server's operator, with proof that it was sent. Nothing else is told.")
        {
            name, seq, reason,
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            ConversationInfo conversation = await session.Client.FindConversationAsync(parsed.GetRequiredValue(name), cancellationToken);
            long number = parsed.GetRequiredValue(seq);
            await session.Client.ReportAsync(conversation.Id, number, parsed.GetValue(reason) ?? string.Empty, cancellationToken);
            return Answer.Say(
                parsed,
                new { Type = "reported", Conversation = conversation.Id, Seq = number },
                $"Message {number} is reported: the operator of the server can read it, and nothing else of this conversation.");
        });
        return command;
    }
}
