using Microsoft.Extensions.Logging;

namespace XChat.PushStreams;

/// <summary>Log lines. Events 2200 to 2299 are push streams'.</summary>
internal static partial class PushStreamLog
{
    [LoggerMessage(EventId = 2200, Level = LogLevel.Information, Message = "A batch of the stream {Stream} was not acknowledged; it is a gap.")]
    public static partial void PushFailed(this ILogger logger, Exception problem, StreamId stream);

    [LoggerMessage(EventId = 2201, Level = LogLevel.Warning, Message = "The subscriber of the stream {Stream} could not be looked up.")]
    public static partial void FindFailed(this ILogger logger, Exception problem, StreamId stream);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Error, Message = "Publishing to the stream {Stream} failed.")]
    public static partial void OutletFailed(this ILogger logger, Exception problem, StreamId stream);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Warning, Message = "The lease of the stream {Stream} could not be renewed; it is tried again.")]
    public static partial void RenewalFailed(this ILogger logger, Exception problem, StreamId stream);

    [LoggerMessage(EventId = 2204, Level = LogLevel.Information, Message = "The lease of the stream {Stream} had lapsed; items may have been lost.")]
    public static partial void LeaseLapsed(this ILogger logger, StreamId stream);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Warning, Message = "The lease of the stream {Stream} was not given back; it lapses by itself.")]
    public static partial void ReleaseFailed(this ILogger logger, Exception problem, StreamId stream);

    [LoggerMessage(EventId = 2206, Level = LogLevel.Error, Message = "The observer of the stream {Stream} threw; what it was given is a gap.")]
    public static partial void ObserverFailed(this ILogger logger, Exception problem, StreamId stream);

    [LoggerMessage(EventId = 2207, Level = LogLevel.Error, Message = "An item of the stream {Stream} could not be read; it is a gap.")]
    public static partial void ItemUnreadable(this ILogger logger, Exception problem, StreamId stream);
}
