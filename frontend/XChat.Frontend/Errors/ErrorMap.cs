using System.Data.Common;
using System.Net.Sockets;

using XChat.GrainInterfaces;
using XChat.Protocol;

namespace XChat.Frontend.Errors;

/// <summary>The one place that decides what a client is told about an exception. What it is told holds nothing internal.</summary>
internal sealed partial class ErrorMap(ILogger<ErrorMap> logger)
{
    public CallRefusedException Map(Exception problem, string operation)
    {
        if (problem is CallRefusedException refused)
        {
            return refused;
        }

        if (IsUnavailable(problem))
        {
            LogUnavailable(operation, problem.GetType().Name);
            return new CallRefusedException(
                ErrorReason.Unavailable, "The server cannot answer now; whether the call took effect is unknown. Repeat it with the same id.");
        }

        string report = Guid.CreateVersion7().ToString("N");
        LogBug(problem, operation, report);
        return new CallRefusedException(
            ErrorReason.Internal, $"A bug of the server, logged as {report}; whether the call took effect is unknown. Repeat it with the same id.");
    }

    /// <summary>Orleans, the network or the database did not answer. A cause may be wrapped, by a task or by the grain.</summary>
    private static bool IsUnavailable(Exception problem)
    {
        for (Exception? cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is StorageUnavailableException or TimeoutException or OrleansException or OperationCanceledException
                or DbException or IOException or SocketException)
            {
                return true;
            }
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Operation} got no answer: {Cause}")]
    private partial void LogUnavailable(string operation, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Operation} failed by a bug, reported to the client as {Report}")]
    private partial void LogBug(Exception problem, string operation, string report);
}
