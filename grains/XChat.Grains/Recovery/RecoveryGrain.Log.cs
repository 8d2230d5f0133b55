using Microsoft.Extensions.Logging;

namespace XChat.Grains.Recovery;

/// <summary>Log lines. Events 5000 to 5099 are recovery's. None names an account: who recovers is nobody's business.</summary>
public sealed partial class RecoveryGrain
{
    [LoggerMessage(EventId = 5000, Level = LogLevel.Information, Message = "Realm {Realm} evaluated a guess; {Left} are left for that account.")]
    private partial void LogGuess(Guid realm, int left);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Realm {Realm} changed a record by {Operation}.")]
    private partial void LogChanged(Guid realm, string operation);
}
