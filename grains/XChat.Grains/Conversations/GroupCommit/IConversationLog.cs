using XChat.GrainInterfaces;

namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>Where the entries of conversations are kept.</summary>
public interface IConversationLog
{
    /// <summary>One of a fixed number of writers. Only one call at a time runs on it.</summary>
    IConversationLogWriter OpenWriter();
}

/// <summary>Writes chunks in transactions. An entry goes in only right behind the entry with the seq before it, into a place that is free.</summary>
public interface IConversationLogWriter : IAsyncDisposable
{
    /// <summary>
    /// Writes chunks of different conversations, all or none of them. A chunk with a change comes alone.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It is not known whether they are durable.</exception>
    Task<LogWrite> WriteAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken);

    /// <summary>Which of the chunks are durable, by their ids in their places.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    Task<IReadOnlyList<bool>> AreWrittenAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken);
}

/// <summary>What became of a transaction.</summary>
public enum LogWrite
{
    /// <summary>All chunks are durable.</summary>
    Written = 0,

    /// <summary>None is, because at least one cannot be: its place or an id is taken, or its predecessor is missing.</summary>
    Refused = 1,
}
