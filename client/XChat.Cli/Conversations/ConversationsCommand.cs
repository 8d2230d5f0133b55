using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Cli.Conversations;

/// <summary><c>xchat conversations</c>: all conversations with their unread counts, the latest first.</summary>
internal static class ConversationsCommand
{
    public static Command Create()
    {
        Command command = new("conversations", "Lists your conversations, the latest first. Without a connection: those that this device has.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.TryConnectAsync(cancellationToken);
            foreach (ConversationInfo conversation in await session.Client.ConversationsAsync(cancellationToken))
            {
                Console.WriteLine(parsed.GetValue(CommonOptions.Json) ? JsonLine.Of(Json(conversation)) : Line(conversation));
            }

            return await session.EndAsync("This is what the device has.");
        });
        return command;
    }

    private static string Line(ConversationInfo conversation)
    {
        string kind = conversation.Type == ConversationType.Direct ? "direct" : "group";
        string unread = conversation.Unread == 0 ? string.Empty : $"{conversation.Unread} unread";
        string last = conversation.Last is { } line ? MessageLine.Live(line) : string.Empty;
        string stage = conversation.Stage switch
        {
            ConversationStage.Joined => string.Empty,
            ConversationStage.Creating => "  (not created yet)",
            ConversationStage.Waiting => "  (waiting to be let in)",
            ConversationStage.Broken => "  (cannot go on: an admin has to restart it)",
            _ => "  (left)",
        };
        return $"{conversation.Id:D}  {kind,-6}  {TerminalText.Line(conversation.Name),-24}  {unread,10}  {last}{stage}".TrimEnd();
    }

    private static object Json(ConversationInfo conversation) => new
    {
        conversation.Id,
        conversation.Type,
        conversation.Name,
        conversation.Stage,
        conversation.Unread,
        Last = conversation.Last is { } last ? MessageJson.Of(last) : null,
    };
}
