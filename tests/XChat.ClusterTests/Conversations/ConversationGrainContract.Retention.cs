using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Protocol.Conversations;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Conversations;

/// <summary>The operator's retention policy.</summary>
public abstract partial class ConversationGrainContract
{
    [Fact]
    public async Task The_policy_empties_old_messages_keeps_their_places_and_leaves_what_devices_have_to_follow()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 3);
        for (int i = 0; i < 5; i++)
        {
            await group.SendAsync(group.People[0]);
        }

        await group.CommitAsync(group.People[2], 2);
        await group.SendAsync(group.People[1], epoch: 2);
        List<LogEntry> before = await group.ReadAllAsync(group.People[0]);

        await SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(30), keep: TimeSpan.FromHours(1));
        Assert.Equal(before.Select(entry => entry.Payload.Length), (await group.ReadAllAsync(group.People[0])).Select(entry => entry.Payload.Length));

        await SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(61), keep: TimeSpan.FromHours(1));
        List<LogEntry> after = await group.ReadAllAsync(group.People[0]);
        Assert.Equal(before.Select(entry => (entry.Seq, entry.Kind)), after.Select(entry => (entry.Seq, entry.Kind)));
        Assert.All(after.Where(entry => entry.Kind == EntryKind.Application), entry => Assert.Empty(entry.Payload));
        Assert.All(after.Where(entry => entry.Kind == EntryKind.Commit), entry => Assert.NotEmpty(entry.Payload));
    }

    [Fact]
    public async Task The_policy_goes_on_where_it_was_and_finds_what_was_written_late()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster);
        await SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(61), keep: TimeSpan.FromHours(1));

        // Accepted before the time up to which the log has been swept, as an entry is that a slow silo wrote.
        await group.SendAsync(group.People[0]);
        await SweepAsync(TimeProvider.System.GetUtcNow().AddMinutes(63), keep: TimeSpan.FromHours(1));

        Assert.Empty((await group.ReadAllAsync(group.People[0]))[1].Payload);
        await SweepAsync(TimeProvider.System.GetUtcNow().AddDays(400), keep: TimeSpan.FromHours(1));
    }

    private async Task SweepAsync(DateTimeOffset now, TimeSpan keep)
    {
        ConversationOptions options = new() { MessageRetention = keep, SweepBatch = 2 };
        using RetentionSweep sweep = new(
            Cluster.Services.GetRequiredService<IConversationUpkeep>(),
            Options.Create(options),
            Cluster.Services.GetRequiredService<ConversationMetrics>(),
            new FakeTimeProvider(now),
            NullLogger<RetentionSweep>.Instance);
        await sweep.SweepAsync(Cancelled);
    }
}
