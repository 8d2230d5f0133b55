using System.CommandLine;

using XChat.Cli.Output;

namespace XChat.Cli.Groups;

/// <summary><c>xchat group create "Trip" @bob @carol</c>.</summary>
internal static class GroupCreateCommand
{
    public static Command Create()
    {
        Argument<string> name = new("name") { Description = "What the group is called. The server never learns it.", HelpName = "name" };
        Argument<string[]> people = GroupCommand.PeopleArgument();
        people.Arity = ArgumentArity.ZeroOrMore;
        Command command = new("create", "Makes a group, with you as its owner, and brings people into it.") { name, people };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            string called = parsed.GetRequiredValue(name);
            Guid group = await session.Client.CreateGroupAsync(called, parsed.GetValue(people) ?? [], cancellationToken);
            int members = (await session.Client.MembersAsync(group, cancellationToken)).Count;
            Console.WriteLine(parsed.GetValue(CommonOptions.Json)
                ? JsonLine.Of(new { Conversation = group, Name = called, Members = members })
                : $"{group:D}  \"{TerminalText.Line(called)}\" with {members} {(members == 1 ? "member" : "members")}");
            return ExitCode.Done;
        });
        return command;
    }
}
