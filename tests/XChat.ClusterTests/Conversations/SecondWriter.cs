using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Conversations;

/// <summary>Another activation of a conversation, as it may exist for a moment on another silo: it writes to the same log by lanes of its own.</summary>
internal sealed class SecondWriter(IConversationStore store, ConversationCommitter committer) : IAsyncDisposable
{
    public static SecondWriter Of(ConversationCluster cluster) => new(
        cluster.Services.GetRequiredService<IConversationStore>(),
        new ConversationCommitter(
            cluster.Services.GetRequiredService<IConversationLog>(),
            Options.Create(new ConversationOptions()),
            cluster.Services.GetRequiredService<ConversationMetrics>(),
            TimeProvider.System,
            NullLogger<ConversationCommitter>.Instance));

    public async Task<bool> TryAppendAsync(TestConversation group, Caller sender)
    {
        StoredConversation stored = (await store.LoadAsync(group.Id, 1, CancellationToken.None))!;
        AppendMessage message = group.Message(sender);
        LogEntry entry = new(
            stored.Head + 1, EntryKind.Application, sender, message.Message, 1, stored.LastTimeMs, 0, default, 0, message.Payload);
        LogChunk chunk = committer.TryAppend(null, group.Id, new CommitFence(), entry)!;
        return await chunk.Outcome == ChunkOutcome.Committed;
    }

    /// <summary>Ends the epoch, and someone's membership with it, unseen by the first activation.</summary>
    public async Task<bool> TryRemoveAsync(TestConversation group, int leaf)
    {
        StoredConversation stored = (await store.LoadAsync(group.Id, 1, CancellationToken.None))!;
        ConversationChange change = new()
        {
            Conversation = group.Id,
            Entry = new(stored.Head + 1, EntryKind.Commit, group.People[0], MessageId.New(), stored.Epoch, stored.LastTimeMs, 0, stored.Group, 0, [1]),
            Epoch = stored.Epoch + 1,
            MembersGone = [group.People[leaf].User],
            LeavesGone = [leaf],
        };
        return await committer.TryChange(change, new CommitFence())!.Outcome == ChunkOutcome.Committed;
    }

    public ValueTask DisposeAsync() => committer.DisposeAsync();
}
