using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Delivery;

namespace XChat.Cli.Delivery;

/// <summary><c>xchat listen --json</c>: everything that happens, as it happens, until Ctrl-C. For bots and scripts.</summary>
internal static class ListenCommand
{
    public static Command Create()
    {
        Command command = new("listen", "Prints everything that happens, beginning with what is new since the last connection, until Ctrl-C.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            // From before the connection on, so that nothing that the connection brings is missed.
            IAsyncEnumerable<ChatEvent> events = session.Client.ListenAsync(cancellationToken);
            await session.Client.ConnectAsync(cancellationToken);
            bool json = parsed.GetValue(CommonOptions.Json);
            Dictionary<Guid, string> names = [];
            try
            {
                await foreach (ChatEvent happened in events)
                {
                    string? line = json ? EventJson.Of(happened, session.Client) : await LineAsync(happened, session.Client, names);
                    if (line is not null)
                    {
                        await Console.Out.WriteLineAsync(line.AsMemory(), cancellationToken);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The way in which this command ends.
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<string?> LineAsync(ChatEvent happened, XChatClient client, Dictionary<Guid, string> names)
    {
        switch (happened)
        {
            case MessageArrived { Message: var message }:
                return $"{await NameAsync(message.Conversation)}  {MessageLine.Live(message)}";
            case ConversationChanged changed:
                _ = names.Remove(changed.Conversation);
                return changed.Stage == ConversationStage.Left ? $"{await NameAsync(changed.Conversation)}  You are no longer in it." : null;
            case ConnectionChanged changed:
                return changed.Connected ? "Connected." : "The connection is lost; it is tried again.";
            case EventsMissed:
                return "Too much happened at once to show all of it: read the conversations.";
            default:
                return null;
        }

        async Task<string> NameAsync(Guid conversation)
        {
            if (!names.TryGetValue(conversation, out string? name))
            {
                name = TerminalText.Line((await client.ConversationAsync(conversation)).Name);
                names[conversation] = name;
            }

            return name;
        }
    }
}
