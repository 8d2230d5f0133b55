namespace XChat.PushStreams;

/// <summary>
/// The stream has no subscriber, or the last one was not reached: the item went to nobody. A publisher that knows of the subscriber from
/// elsewhere should forget it until it hears of it again.
/// </summary>
public sealed class NoSubscriberException : Exception
{
    public NoSubscriberException()
    {
    }

    public NoSubscriberException(string message)
        : base(message)
    {
    }

    public NoSubscriberException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal NoSubscriberException(StreamId stream, Exception? cause)
        : this($"Nobody was reached on the stream {stream}.", cause)
    {
    }
}
