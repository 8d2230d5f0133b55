using Microsoft.Extensions.Logging;

using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>Log lines. Events 2000 to 2099 are conversations'.</summary>
public sealed partial class ConversationGrain
{
    [LoggerMessage(
        EventId = 2000,
        Level = LogLevel.Information,
        Message = "Conversation {Conversation} is loaded again: another writer got ahead or storage failed.")]
    private partial void LogReload(ConversationId conversation);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "An event of conversation {Conversation} was taken by no frontend.")]
    private partial void LogPublishFailed(Exception problem, ConversationId conversation);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Debug, Message = "A member's whereabouts are unknown to conversation {Conversation}.")]
    private partial void LogWatchFailed(Exception problem, ConversationId conversation);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning, Message = "New device lists of conversation {Conversation} could not be taken in after a commit.")]
    private partial void LogCatchUpFailed(Exception problem, ConversationId conversation);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "A Welcome of conversation {Conversation} stays until it lapses.")]
    private partial void LogMarkJoinedFailed(Exception problem, ConversationId conversation);
}
