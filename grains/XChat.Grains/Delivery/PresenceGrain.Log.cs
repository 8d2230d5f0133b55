using Microsoft.Extensions.Logging;

using XChat.Protocol.Accounts;

namespace XChat.Grains.Delivery;

/// <summary>Log lines. Events 3000 to 3099 are delivery's.</summary>
public sealed partial class PresenceGrain
{
    [LoggerMessage(EventId = 3000, Level = LogLevel.Debug, Message = "A conversation could not be told where user {User} is; it asks by itself.")]
    private partial void LogNotTold(Exception problem, UserId user);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "A frontend could not be told that sessions of user {User} ended.")]
    private partial void LogNotEnded(Exception problem, UserId user);
}
