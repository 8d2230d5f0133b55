using Microsoft.Extensions.Logging;

namespace XChat.Grains.Transparency;

/// <summary>Log lines. Events 6000 to 6099 are the key log's.</summary>
public sealed partial class TransparencyLogGrain
{
    [LoggerMessage(EventId = 6000, Level = LogLevel.Information, Message = "The key log is loaded again: another activation wrote to it.")]
    private partial void LogOvertaken();
}
