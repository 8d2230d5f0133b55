namespace XChat.GrainInterfaces;

/// <summary>
/// Storage did not answer. What was being written may or may not be durable: the caller repeats it with the same id. The only exception that
/// grains throw on purpose; it is declared here because a frontend, which has to tell it from a bug, knows no type of the grains.
/// </summary>
[GenerateSerializer, Alias("xchat.StorageUnavailable")]
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Says what did not answer, in words that may be logged.</summary>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="StorageUnavailableException(string)"/>
    public StorageUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
