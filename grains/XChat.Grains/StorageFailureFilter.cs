using System.Data.Common;

using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces;

namespace XChat.Grains;

/// <summary>
/// What a caller hears when storage fails under a grain. The cause stays in this silo's log: its type may be one that the caller does not have, and
/// its text is nobody else's.
/// </summary>
public sealed partial class StorageFailureFilter(ILogger<StorageFailureFilter> logger) : IIncomingGrainCallFilter
{
    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception problem) when (problem is StorageUnavailableException or DbException)
        {
            LogFailed(problem, context.InterfaceName, context.MethodName);
            throw new StorageUnavailableException(
                problem is StorageUnavailableException ? problem.Message : "Storage did not answer; the outcome is unknown. Repeat with the same id.");
        }
    }

    [LoggerMessage(EventId = 910, Level = LogLevel.Warning, Message = "Storage failed under {Contract}.{Method}.")]
    private partial void LogFailed(Exception problem, string? contract, string? method);
}
