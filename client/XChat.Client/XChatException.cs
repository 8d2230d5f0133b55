namespace XChat.Client;

/// <summary>The client could not do what it was asked to. The message names the remedy and carries no secret and no content.</summary>
public sealed class XChatException(ClientErrorReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public ClientErrorReason Reason { get; } = reason;
}
