using Microsoft.Extensions.Logging;

namespace XChat.Grains.GroupCommit;

/// <summary>Log lines of all lanes. Events 900 to 909.</summary>
internal static partial class LaneLog
{
    [LoggerMessage(EventId = 900, Level = LogLevel.Error, Message = "A batch of the {Lane} lane failed in a way that is not planned for.")]
    public static partial void BatchFailed(ILogger logger, Exception problem, string lane);

    [LoggerMessage(EventId = 901, Level = LogLevel.Warning, Message = "Storage did not answer the {Lane} lane (try {Tries}); the same is written again.")]
    public static partial void Retry(ILogger logger, Exception problem, string lane, int tries);

    [LoggerMessage(EventId = 902, Level = LogLevel.Warning, Message = "Storage does not answer the {Lane} lane; the outcome of {Chunks} chunks is unknown.")]
    public static partial void Unknown(ILogger logger, Exception problem, string lane, int chunks);

    [LoggerMessage(
        EventId = 903,
        Level = LogLevel.Information,
        Message = "The database fenced {Chunks} chunks of the {Lane} lane off: another writer was ahead of what they were decided on, or has an id of theirs.")]
    public static partial void Fenced(ILogger logger, string lane, int chunks);
}
