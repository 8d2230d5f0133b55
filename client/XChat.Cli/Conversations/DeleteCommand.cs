using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Conversations;

/// <summary><c>xchat delete @bob 12</c>: deletes a message for everyone.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        Argument<string> name = ConversationArgument.Create();
        Argument<long> seq = new("seq") { Description = "The number of the message, as 'xchat read' shows it.", HelpName = "seq" };
        Command command = new("delete", "Deletes a message for everyone: your own, or any as an admin. Who has read it may have kept it.") { name, seq };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            ConversationInfo conversation = await session.Client.FindConversationAsync(parsed.GetRequiredValue(name), cancellationToken);
            long number = parsed.GetRequiredValue(seq);
            await session.Client.DeleteAsync(conversation.Id, number, cancellationToken);
            return Answer.Say(parsed, new { Type = "deleted", Conversation = conversation.Id, Seq = number });
        });
        return command;
    }
}
