using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group add "Trip" @dave</c>.</summary>
internal static class GroupAddCommand
{
    public static Command Create()
    {
        Argument<string> name = GroupCommand.GroupArgument();
        Argument<string[]> people = GroupCommand.PeopleArgument();
        Command command = new("add", "Brings people into a group. They read what is sent from then on. Admins and owners only.") { name, people };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            ConversationInfo group = await GroupCommand.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            string[] handles = parsed.GetRequiredValue(people);
            await session.Client.AddAsync(group.Id, handles, cancellationToken);
            return Answer.Say(parsed, new { Type = "added", Conversation = group.Id, People = handles });
        });
        return command;
    }
}
