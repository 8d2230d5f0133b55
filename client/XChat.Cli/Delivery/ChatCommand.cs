using System.CommandLine;

using XChat.Cli.Conversations;
using XChat.Client;
using XChat.Client.Conversations;

namespace XChat.Cli.Delivery;

/// <summary><c>xchat chat @bob</c>: talk live. Ends on /quit, at the end of input, or on Ctrl-C.</summary>
internal static class ChatCommand
{
    private const int ShownBefore = 20;

    public static Command Create()
    {
        Argument<string> name = ConversationArgument.Create();
        Command command = new("chat", "Talks live: what arrives is printed while you type. A line is a message; /quit, Ctrl-D or Ctrl-C ends it.")
        {
            name,
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            XChatClient client = session.Client;
            await client.ConnectAsync(cancellationToken);
            Guid conversation = await ConversationArgument.OpenAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            using LiveChat chat = new(session, conversation, Prompt.Open(), parsed.GetValue(CommonOptions.Json));
            IReadOnlyList<ChatMessage> before = await client.ReadAsync(conversation, 0, ShownBefore, cancellationToken);
            return await chat.RunAsync(before, cancellationToken);
        });
        return command;
    }
}
