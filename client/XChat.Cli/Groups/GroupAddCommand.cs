using System.CommandLine;

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
            await session.Client.AddAsync(group.Id, parsed.GetRequiredValue(people), cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
