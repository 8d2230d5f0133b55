using XChat.GrainInterfaces;

namespace XChat.Grains.GroupCommit;

/// <summary>
/// Writes chunks in transactions. A chunk goes in only right behind what its view takes for the last thing written. Only one call at a time runs
/// on a writer.
/// </summary>
public interface IChunkWriter<TChunk> : IAsyncDisposable
{
    /// <summary>Writes chunks of different views, all or none of them. A chunk that has to be alone comes alone.</summary>
    /// <exception cref="StorageUnavailableException">It is not known whether they are durable.</exception>
    Task<BatchWrite> WriteAsync(IReadOnlyList<TChunk> chunks, CancellationToken cancellationToken);

    /// <summary>How each of the chunks stands, on a connection that has not been in doubt.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    Task<IReadOnlyList<ChunkStanding>> ExamineAsync(IReadOnlyList<TChunk> chunks, CancellationToken cancellationToken);
}

/// <summary>What became of a transaction.</summary>
public enum BatchWrite
{
    /// <summary>All chunks are durable.</summary>
    Written = 0,

    /// <summary>None is, because at least one cannot be: its place or an id is taken, or its predecessor is missing.</summary>
    Refused = 1,
}

/// <summary>How a chunk stands that came back with a refused batch.</summary>
public enum ChunkStanding
{
    /// <summary>Nothing is known that speaks against writing it.</summary>
    Open = 0,

    /// <summary>It is durable: an earlier try went through, and its answer was lost.</summary>
    Written = 1,

    /// <summary>It can never be written as it was decided.</summary>
    Refused = 2,
}
