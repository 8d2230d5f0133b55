using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group restart "Trip"</c>: for a group that somebody could not follow.</summary>
internal static class GroupRestartCommand
{
    public static Command Create()
    {
        Argument<string> name = GroupCommand.GroupArgument();
        Command command = new(
            "restart", "Starts the encryption of a group over when somebody could not follow a change of keys. Admins and owners only.") { name };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            ConversationInfo group = await GroupCommand.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            await session.Client.RestartAsync(group.Id, cancellationToken);
            return Answer.Say(parsed, new { Type = "restarted", Conversation = group.Id });
        });
        return command;
    }
}
