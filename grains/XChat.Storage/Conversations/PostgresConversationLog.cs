using Npgsql;

using XChat.Grains.Conversations.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>The log in PostgreSQL. Each writer keeps one connection with its statement prepared.</summary>
public sealed class PostgresConversationLog(NpgsqlDataSource database) : IConversationLog
{
    /// <inheritdoc/>
    public IConversationLogWriter OpenWriter() => new PostgresLogWriter(database);
}
