using System.CommandLine;

using XChat.Client.Conversations;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group</c>: everything about groups beyond talking in them.</summary>
internal static class GroupCommand
{
    public static Command Create() => new("group", "Makes groups and changes who is in them.")
    {
        GroupCreateCommand.Create(),
        GroupAddCommand.Create(),
        GroupRemoveCommand.Create(),
        GroupLeaveCommand.Create(),
        GroupMembersCommand.Create(),
        GroupRoleCommand.Create(),
        GroupRenameCommand.Create(),
        GroupRestartCommand.Create(),
    };

    internal static Argument<string> GroupArgument() => new("group")
    {
        Description = "The group's name, or its id or the first characters of that.",
        HelpName = "group",
    };

    internal static Argument<string> PersonArgument() => new("person") { Description = "The person's handle.", HelpName = "@person" };

    internal static Argument<string[]> PeopleArgument() => new("people")
    {
        Description = "The people's handles.",
        HelpName = "@person",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Connects, and finds the group that was named.</summary>
    internal static async Task<ConversationInfo> FindAsync(ProfileSession session, string name, CancellationToken cancellationToken)
    {
        await session.Client.ConnectAsync(cancellationToken);
        return await session.Client.FindConversationAsync(name, cancellationToken);
    }
}
