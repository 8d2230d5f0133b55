using System.Security.Claims;
using System.Text.Encodings.Web;

using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.Protocol;

namespace XChat.Frontend.Accounts;

/// <summary>
/// Authenticates requests by session token. Browsers cannot set headers on a WebSocket, so the hub also takes it as <c>access_token</c>.
/// </summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logging,
    UrlEncoder encoder,
    SessionVerification sessions,
    AddressLimits limits,
    ErrorMap errors) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logging, encoder)
{
    public const string Name = "session";

    private const string Bearer = "Bearer ";

    // Every authenticated caller is alike to ASP.NET; whose session it is stands in the Session feature.
    private static readonly ClaimsPrincipal Someone = new(new ClaimsIdentity(Name));

    private CallRefusedException? _failure;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ReadToken() is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            limits.CheckGuesses(Context);
            if (await sessions.VerifyAsync(token) is { } session)
            {
                Context.Features.Set(session);
                return AuthenticateResult.Success(new AuthenticationTicket(Someone, Name));
            }

            limits.CountGuess(Context);
            return AuthenticateResult.Fail("not a live session");
        }
        catch (Exception problem)
        {
            _failure = errors.Map(problem, "Authentication");
            return AuthenticateResult.Fail(_failure);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.WriteAsync(
            Context, _failure ?? new CallRefusedException(ErrorReason.Unauthenticated, "No live session: sign in and send its token as bearer token."));
    }

    private string? ReadToken()
    {
        string header = Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return header[Bearer.Length..].Trim();
        }

        return Request.Path.StartsWithSegments(Routes.Hub, StringComparison.Ordinal) && Request.Query["access_token"] is [{ } token] ? token : null;
    }
}
