using System.CommandLine;

using XChat.Client;
using XChat.Client.Conversations;

namespace XChat.Cli.Conversations;

/// <summary>The conversation that a command is about, as people name it.</summary>
internal static class ConversationArgument
{
    public static Argument<string> Create() => new("conversation")
    {
        Description = "@handle for the conversation with a person; otherwise a group's name, or an id or its first characters.",
        HelpName = "@person|group",
    };

    /// <summary>The conversation of this name; the one with a person is started when there is none yet.</summary>
    public static async Task<Guid> OpenAsync(ProfileSession session, string name, CancellationToken cancellationToken)
    {
        XChatClient client = session.Client;
        try
        {
            ConversationInfo known = await client.FindConversationAsync(name, cancellationToken);
            if (known.Stage != ConversationStage.Left || !IsHandle(name))
            {
                return known.Id;
            }
        }
        catch (XChatException unknown) when (unknown.Reason == ClientErrorReason.NotFound && IsHandle(name))
        {
            // Asked of the server below.
        }

        return session.Unreachable is { } problem ? throw problem : await client.OpenDirectAsync(name, cancellationToken);
    }

    private static bool IsHandle(string name) => name.StartsWith('@');
}
