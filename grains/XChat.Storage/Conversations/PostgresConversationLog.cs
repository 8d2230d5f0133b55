using Npgsql;

using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>The log in PostgreSQL. Each writer keeps one connection with its statement prepared.</summary>
public sealed class PostgresConversationLog(NpgsqlDataSource database) : IConversationLog
{
    /// <inheritdoc/>
    public IChunkWriter<LogChunk> OpenWriter() => new PostgresLogWriter(database);
}
