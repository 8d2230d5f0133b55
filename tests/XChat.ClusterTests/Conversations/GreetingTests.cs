using Microsoft.Extensions.DependencyInjection;

using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Conversations;
using XChat.Storage.Conversations;
using XChat.Testing.Conversations;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Conversations;

/// <summary>The example of docs/testing.md.</summary>
public sealed class GreetingTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_message_is_in_the_log_of_every_member()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using ConversationCluster cluster = await ConversationCluster.StartAsync(
            services => services.AddSingleton(database.DataSource).AddConversationStorage());

        TestConversation group = await TestConversation.CreateAsync(cluster, people: 3);
        EntryAppended sent = await group.SendAsync(group.People[1]);

        Assert.Equal(ConversationStatus.Accepted, sent.Status);
        Assert.Contains(await group.ReadAllAsync(group.People[2]), entry => entry.Seq == sent.Seq);
    }
}
