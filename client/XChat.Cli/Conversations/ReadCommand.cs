using System.CommandLine;

using XChat.Cli.Output;
using XChat.Cli.Wallets;
using XChat.Client;
using XChat.Client.Conversations;

namespace XChat.Cli.Conversations;

/// <summary><c>xchat read @alice</c>: the last lines of a conversation, which count as read from then on.</summary>
internal static class ReadCommand
{
    private const int DefaultLimit = 50;

    public static Command Create()
    {
        Argument<string> name = ConversationArgument.Create();
        Option<int> limit = new("--limit")
        {
            Description = $"How many lines at most. Default: {DefaultLimit}.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultLimit,
        };
        Option<long> before = new("--before") { Description = "Only lines before this number, to page back.", HelpName = "SEQ" };
        Option<bool> peek = new("--peek") { Description = "Leave it unread, here and for the other members." };
        Command command = new("read", "Shows the last lines of a conversation. Without a connection: those that this device has.")
        {
            name,
            limit,
            before,
            peek,
        };
        limit.Validators.Add(result => RequirePositive(result, "--limit"));
        before.Validators.Add(result => RequirePositive(result, "--before"));
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            XChatClient client = session.Client;
            await session.TryConnectAsync(cancellationToken);
            ConversationInfo conversation = await client.FindConversationAsync(parsed.GetRequiredValue(name), cancellationToken);
            IReadOnlyList<ChatMessage> lines = await client.ReadAsync(
                conversation.Id, parsed.GetValue(before), parsed.GetValue(limit), cancellationToken);
            bool json = parsed.GetValue(CommonOptions.Json);
            foreach (ChatMessage line in lines)
            {
                Console.WriteLine(json
                    ? JsonLine.Of(MessageJson.Of(line))
                    : MessageLine.Numbered(line) + (session.Unreachable is null ? await CardState.OfAsync(client, line, cancellationToken) : string.Empty));
            }

            if (!parsed.GetValue(peek) && lines.Count > 0)
            {
                await client.MarkReadAsync(conversation.Id, lines.Max(line => line.Seq), cancellationToken);
            }

            return await session.EndAsync("This is what the device has.");
        });
        return command;
    }

    private static void RequirePositive(System.CommandLine.Parsing.OptionResult result, string name)
    {
        if (result.Tokens.Count == 1 && (!long.TryParse(result.Tokens[0].Value, out long value) || value < 1))
        {
            result.AddError($"{name} takes a number from 1.");
        }
    }
}
