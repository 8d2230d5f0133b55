using Microsoft.Extensions.Logging;

using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>Log lines. Events 1000 to 1099 are accounts'.</summary>
public sealed partial class AccountGrain
{
    [LoggerMessage(
        EventId = 1000,
        Level = LogLevel.Information,
        Message = "Account {User} is loaded again: another activation published a device list.")]
    private partial void LogOvertaken(UserId user);

    [LoggerMessage(
        EventId = 1001,
        Level = LogLevel.Warning,
        Message = "Sessions of devices that account {User} revoked could not be ended and are tried again.")]
    private partial void LogEndSessionsFailed(Exception problem, UserId user);

    [LoggerMessage(
        EventId = 1002,
        Level = LogLevel.Warning,
        Message = "Conversations of account {User} do not know its device list yet and are told again.")]
    private partial void LogTellFailed(Exception problem, UserId user);
}
