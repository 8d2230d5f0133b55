using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Conversations;
using XChat.Storage.Conversations;
using XChat.Testing.Conversations;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Conversations;

/// <summary>The contract over storage in memory.</summary>
public sealed class ConversationGrainInMemoryTests : ConversationGrainContract
{
    protected override Task<ConversationCluster> StartAsync() => ConversationCluster.StartAsync(new InMemoryConversations(), configure: Hurry);

    internal static void Hurry(ConversationOptions options)
    {
        options.CursorPause = TimeSpan.FromMilliseconds(50);
        options.SweepPause = TimeSpan.FromMilliseconds(100);
        // A test that lets two writers fight may lose more often than a conversation in life.
        options.DecisionAttempts = 20;
    }
}

/// <summary>The contract over PostgreSQL.</summary>
public sealed class ConversationGrainPostgresTests(PostgresFixture postgres) : ConversationGrainContract
{
    private TestDatabase _database = null!;

    protected override async Task<ConversationCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await ConversationCluster.StartAsync(
            services => services.AddSingleton(_database.DataSource).AddConversationStorage(), ConversationGrainInMemoryTests.Hurry);
    }

    protected override ValueTask StopAsync() => _database.DisposeAsync();
}
