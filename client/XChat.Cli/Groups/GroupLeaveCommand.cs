using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group leave "Trip"</c>.</summary>
internal static class GroupLeaveCommand
{
    public static Command Create()
    {
        Argument<string> name = GroupCommand.GroupArgument();
        Command command = new("leave", "Leaves a group. What you have read stays readable here.") { name };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            ConversationInfo group = await GroupCommand.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            await session.Client.LeaveAsync(group.Id, cancellationToken);
            return Answer.Say(parsed, new { Type = "left", Conversation = group.Id });
        });
        return command;
    }
}
