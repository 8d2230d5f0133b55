namespace XChat.Protocol;

/// <summary>
/// The only reasons with which a call as a whole can fail. Outcomes of one operation are statuses in its result instead. Clients branch on
/// the reason, never on the text. A hub error reads <c>reason: text</c>; an HTTP error is problem+json with the member <c>reason</c>.
/// </summary>
public static class ErrorReason
{
    /// <summary>A field is missing, malformed or out of range; the text names it and the remedy. A bug of the client.</summary>
    public const string InvalidArgument = "invalid_argument";

    /// <summary>No session, or it is expired, forged or revoked: sign in again.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>Too many calls: try again after the seconds that the text names.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The server cannot answer now. The outcome is unknown: repeat with the same identifier.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>There is no such method or path.</summary>
    public const string NotFound = "not_found";

    /// <summary>A bug of the server. The outcome is unknown: repeat with the same identifier.</summary>
    public const string Internal = "internal";

    /// <summary>All reasons.</summary>
    public static IReadOnlyList<string> All { get; } = [InvalidArgument, Unauthenticated, RateLimited, Unavailable, NotFound, Internal];
}
