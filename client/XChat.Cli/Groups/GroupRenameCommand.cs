using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group rename "Trip" "Trip to Rome"</c>.</summary>
internal static class GroupRenameCommand
{
    public static Command Create()
    {
        Argument<string> name = GroupCommand.GroupArgument();
        Argument<string> newName = new("name") { Description = "What it is called from now on. The server never learns it.", HelpName = "name" };
        Command command = new("rename", "Gives a group another name.") { name, newName };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            ConversationInfo group = await GroupCommand.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            string called = parsed.GetRequiredValue(newName);
            await session.Client.RenameAsync(group.Id, called, cancellationToken);
            return Answer.Say(parsed, new { Type = "renamed", Conversation = group.Id, Name = called });
        });
        return command;
    }
}
