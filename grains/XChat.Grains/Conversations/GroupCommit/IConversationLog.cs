using XChat.Grains.GroupCommit;

namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>
/// Where the entries of conversations are kept. An entry goes in only right behind the entry with the seq before it, into a place that is free.
/// </summary>
public interface IConversationLog
{
    /// <summary>One of a fixed number of writers.</summary>
    IChunkWriter<LogChunk> OpenWriter();
}
