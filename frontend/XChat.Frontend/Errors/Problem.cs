using System.Globalization;

using XChat.Protocol;

namespace XChat.Frontend.Errors;

/// <summary>How HTTP reports an error: problem+json (RFC 9457) with the member <c>reason</c>, and <c>field</c> where one is wrong.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext context, CallRefusedException refused)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        Dictionary<string, object?> members = new() { ["reason"] = refused.Reason };
        if (refused.Field is { } field)
        {
            members["field"] = field;
        }

        if (refused.RetryAfterSeconds is { } seconds)
        {
            members["retryAfterSeconds"] = seconds;
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(refused.Message, statusCode: StatusOf(refused.Reason), extensions: members).ExecuteAsync(context);
    }

    private static int StatusOf(string reason) => reason switch
    {
        ErrorReason.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorReason.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorReason.NotFound => StatusCodes.Status404NotFound,
        ErrorReason.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorReason.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
