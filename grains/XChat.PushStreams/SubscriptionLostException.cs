namespace XChat.PushStreams;

/// <summary>Given to a subscriber's <c>OnErrorAsync</c> as the last call: another subscription has taken the stream over.</summary>
public sealed class SubscriptionLostException : Exception
{
    public SubscriptionLostException()
        : this("Another subscription has taken the stream over.")
    {
    }

    public SubscriptionLostException(string message)
        : base(message)
    {
    }

    public SubscriptionLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
