using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group members "Trip"</c>.</summary>
internal static class GroupMembersCommand
{
    public static Command Create()
    {
        Argument<string> name = GroupCommand.GroupArgument();
        Command command = new("members", "Lists who is in a group, with their roles and how far they have read.") { name };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            ConversationInfo group = await GroupCommand.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            foreach (MemberInfo member in await session.Client.MembersAsync(group.Id, cancellationToken))
            {
                Console.WriteLine(parsed.GetValue(CommonOptions.Json)
                    ? JsonLine.Of(member)
                    : $"{member.Handle,-32}  {MessageLine.RoleName(member.Role),-6}  read up to {member.ReadSeq}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
