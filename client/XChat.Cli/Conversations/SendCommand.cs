using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Conversations;

namespace XChat.Cli.Conversations;

/// <summary><c>xchat send @bob "text"</c>: one message. What the server cannot take now waits in the outbox.</summary>
internal static class SendCommand
{
    private const string StandardInput = "-";

    /// <summary>The client makes a lost connection again by itself; for longer than this nobody waits at a prompt.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        Argument<string> to = ConversationArgument.Create();
        Argument<string> text = new("text") { Description = "What to say; '-' reads it from standard input.", HelpName = "text" };
        Command command = new("send", "Sends a message. Without a connection it waits in the outbox and leaves with the next one.")
        {
            to,
            text,
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            string said = parsed.GetRequiredValue(text);
            TextContent content = new(said == StandardInput ? await Console.In.ReadToEndAsync(cancellationToken) : said);
            await session.TryConnectAsync(cancellationToken);
            Guid conversation = await ConversationArgument.OpenAsync(session, parsed.GetRequiredValue(to), cancellationToken);
            return session.Unreachable is null
                ? await SendAsync(session.Client, conversation, content, parsed.GetValue(CommonOptions.Json), cancellationToken)
                : await QueueAsync(session, conversation, content, parsed.GetValue(CommonOptions.Json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> SendAsync(
        XChatClient client, Guid conversation, MessageContent content, bool json, CancellationToken cancellationToken)
    {
        try
        {
            ChatMessage sent = await client.SendAsync(conversation, content, cancellationToken).WaitAsync(Patience, cancellationToken);
            Console.WriteLine(json ? JsonLine.Of(MessageJson.Of(sent)) : MessageLine.Numbered(sent));
            return ExitCode.Done;
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync("xchat: The server did not take the message in time. It is in the outbox and leaves with the next connection.");
            return ExitCode.Unreachable;
        }
    }

    private static async Task<int> QueueAsync(
        ProfileSession session, Guid conversation, MessageContent content, bool json, CancellationToken cancellationToken)
    {
        ChatMessage queued = await session.Client.QueueAsync(conversation, content, cancellationToken);
        Console.WriteLine(json ? JsonLine.Of(MessageJson.Of(queued)) : MessageLine.Numbered(queued));
        return await session.EndAsync("The message is in the outbox and leaves with the next connection.");
    }
}
