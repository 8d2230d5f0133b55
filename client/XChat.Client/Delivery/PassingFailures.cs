using System.Net;

namespace XChat.Client.Delivery;

/// <summary>
/// Which failures of a first connection are over in a moment: a silo died or a session moves, the server is full, a balancer found no frontend just then.
/// Whoever starts a client then is connected a moment later; whoever mistyped an address hears of it at once.
/// </summary>
internal static class PassingFailures
{
    /// <summary>Whether the next attempt may go better. A server that was there a moment ago and takes no connection now is being restarted.</summary>
    public static bool MayPass(XChatException problem, bool wasThere) => problem.Reason switch
    {
        ClientErrorReason.RateLimited => true,
        ClientErrorReason.ServerUnreachable => wasThere || !IsNobodyThere(problem),
        _ => false,
    };

    /// <summary>The same for a registration: whoever has registered too often has to wait for longer than anybody waits for a command.</summary>
    public static bool MayPassForNewcomers(XChatException problem, bool wasThere) =>
        problem.Reason != ClientErrorReason.RateLimited && MayPass(problem, wasThere);

    /// <summary>Does something, again after a pause when it failed for a reason that may pass. Each such failure is told.</summary>
    /// <param name="attempt">What is done; repeating it does no harm.</param>
    /// <param name="mayPass">Whether a failure may pass, given whether the server was there before.</param>
    /// <param name="patience">For how long it is tried.</param>
    /// <param name="feed">Where failures are told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XChatException">Why the last attempt failed.</exception>
    public static async Task<T> OutlastAsync<T>(
        Func<Task<T>> attempt,
        Func<XChatException, bool, bool> mayPass,
        TimeSpan patience,
        EventFeed feed,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        long since = time.GetTimestamp();
        for (int failures = 1; ; failures++)
        {
            TimeSpan pause = Backoff.After(failures);
            try
            {
                return await attempt();
            }
            catch (XChatException problem) when (mayPass(problem, failures > 1) && time.GetElapsedTime(since) + pause < patience)
            {
                feed.Publish(new WorkFailed(Guid.Empty, problem));
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static bool IsNobodyThere(Exception problem)
    {
        for (Exception? cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { StatusCode: null, HttpRequestError: not (HttpRequestError.Unknown or HttpRequestError.ResponseEnded) }
                or HttpRequestException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound })
            {
                return true;
            }
        }

        return false;
    }
}
