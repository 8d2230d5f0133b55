using System.Security.Claims;

using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.Protocol;

namespace XChat.Frontend.Accounts;

/// <summary>
/// Stands before the endpoints that need a session, and lets nobody through without. Browsers cannot set headers on a WebSocket, so the hub also takes
/// the token as <c>access_token</c>. What lies behind reads the <see cref="Session"/> from the request and fails where there is none.
/// </summary>
/// <remarks>
/// Not ASP.NET's authentication: a hub connection is one request that lasts for days, and would keep all that was made to authenticate it (handler, tickets,
/// results, a scope of services), 2 kB for each connection.
/// </remarks>
internal sealed class SessionGate(SessionVerification sessions, AddressLimits limits, ErrorMap errors)
{
    private const string Bearer = "Bearer ";

    // Every caller with a session is alike to ASP.NET; whose session it is stands in the Session feature.
    private static readonly ClaimsPrincipal Someone = new(new ClaimsIdentity("session"));

    private static readonly CallRefusedException NoSession =
        new(ErrorReason.Unauthenticated, "No live session: sign in and send its token as bearer token.");

    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<SessionRequired>() is null ? next(context) : AdmitAsync(context, next);

    private async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (await CheckAsync(context) is { } refused)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problem.WriteAsync(context, refused);
            return;
        }

        await next(context);
    }

    /// <summary>Null: the request has a session now.</summary>
    private async ValueTask<CallRefusedException?> CheckAsync(HttpContext context)
    {
        try
        {
            if (ReadToken(context.Request) is not { } token)
            {
                return NoSession;
            }

            limits.CheckGuesses(context);
            if (await sessions.VerifyAsync(token) is { } session)
            {
                context.Features.Set(session);
                context.User = Someone;
                // The session has the token; a connection must not keep it a second time for as long as it lasts.
                context.Request.Headers.Authorization = default;
                return null;
            }

            limits.CountGuess(context);
            return NoSession;
        }
        catch (Exception problem)
        {
            return errors.Map(problem, "Authentication");
        }
    }

    private static string? ReadToken(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return header[Bearer.Length..].Trim();
        }

        return request.Path.StartsWithSegments(Routes.Hub, StringComparison.Ordinal) && request.Query["access_token"] is [{ } token] ? token : null;
    }
}
