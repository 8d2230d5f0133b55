namespace XChat.PushStreams;

/// <summary>
/// Given to a subscriber's <c>OnErrorAsync</c>: items before this point were lost. The subscription goes on; what was missed has to be read
/// where the truth is kept.
/// </summary>
public sealed class PushStreamGapException : Exception
{
    public PushStreamGapException()
        : this("Items of the stream were lost.")
    {
    }

    public PushStreamGapException(string message)
        : base(message)
    {
    }

    public PushStreamGapException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
