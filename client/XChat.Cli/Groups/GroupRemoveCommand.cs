using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group remove "Trip" @dave</c>.</summary>
internal static class GroupRemoveCommand
{
    public static Command Create()
    {
        Argument<string> name = GroupCommand.GroupArgument();
        Argument<string> person = GroupCommand.PersonArgument();
        Command command = new("remove", "Takes a person out of a group. They read nothing that is sent from then on. Admins and owners only.")
        {
            name,
            person,
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            ConversationInfo group = await GroupCommand.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            string handle = parsed.GetRequiredValue(person);
            await session.Client.RemoveAsync(group.Id, handle, cancellationToken);
            return Answer.Say(parsed, new { Type = "removed", Conversation = group.Id, Person = handle });
        });
        return command;
    }
}
