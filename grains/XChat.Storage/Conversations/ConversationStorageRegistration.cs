using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;

namespace XChat.Storage.Conversations;

/// <summary>The conversations' ports over PostgreSQL.</summary>
public static class ConversationStorageRegistration
{
    /// <summary>Adds them; they use the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddConversationStorage(this IServiceCollection services) => services
        .AddSingleton<IConversationLog, PostgresConversationLog>()
        .AddSingleton<IConversationStore, PostgresConversationStore>()
        .AddSingleton<IConversationUpkeep, PostgresConversationUpkeep>();
}
