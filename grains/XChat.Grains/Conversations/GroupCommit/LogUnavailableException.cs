namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>Storage did not answer. What was being written may or may not be durable.</summary>
public sealed class LogUnavailableException : Exception
{
    public LogUnavailableException(string message)
        : base(message)
    {
    }

    public LogUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
