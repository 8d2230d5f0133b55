using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group role "Trip" @bob admin</c>.</summary>
internal static class GroupRoleCommand
{
    private static readonly MemberRole[] Roles = [MemberRole.Member, MemberRole.Admin, MemberRole.Owner];

    public static Command Create()
    {
        Argument<string> name = GroupCommand.GroupArgument();
        Argument<string> person = GroupCommand.PersonArgument();
        Argument<string> role = new("role") { Description = "What they may do from now on.", HelpName = "member|admin|owner" };
        role.AcceptOnlyFromAmong([.. Roles.Select(MessageLine.RoleName)]);
        Command command = new("role", "Gives a person in a group another role. Owners only.") { name, person, role };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            ConversationInfo group = await GroupCommand.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            MemberRole wanted = Roles.Single(known => MessageLine.RoleName(known) == parsed.GetRequiredValue(role));
            string handle = parsed.GetRequiredValue(person);
            await session.Client.ChangeRoleAsync(group.Id, handle, wanted, cancellationToken);
            return Answer.Say(parsed, new { Type = "role", Conversation = group.Id, Person = handle, Role = wanted });
        });
        return command;
    }
}
