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
