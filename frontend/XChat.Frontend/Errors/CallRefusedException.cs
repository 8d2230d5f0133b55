namespace XChat.Frontend.Errors;

/// <summary>
/// A call as a whole fails for one of the reasons in <see cref="Protocol.ErrorReason"/>. The message is for the client's developer: it never
/// holds anything internal.
/// </summary>
internal sealed class CallRefusedException(string reason, string detail) : Exception(detail)
{
    /// <summary>One of <see cref="Protocol.ErrorReason"/>.</summary>
    public string Reason => reason;

    /// <summary>The field that is wrong, as it is named on the wire.</summary>
    public string? Field { get; init; }

    /// <summary>After how many seconds the same call would be let through.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>How a hub reports it.</summary>
    public string HubText => $"{reason}: {Message}";
}
