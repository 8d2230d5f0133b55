namespace XChat.Client;

/// <summary>The client could not do what it was asked to. The message names the remedy and carries no secret and no content.</summary>
public sealed class XChatException(ClientErrorReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public ClientErrorReason Reason { get; } = reason;

    /// <summary>In matters of money the name of the status that refuses; the message begins with it. Null elsewhere.</summary>
    public string? Status { get; private init; }

    /// <summary>A refusal with a status, whether the server or this client refuses.</summary>
    public static XChatException Of(ClientErrorReason reason, string status, string text, Exception? cause = null) =>
        new(reason, $"{status}: {text}", cause) { Status = status };
}
