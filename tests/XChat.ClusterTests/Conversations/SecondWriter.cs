using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;
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
        LogChunk chunk = committer.TryAppend(null, group.Id, new LogFence(), entry)!;
        return await chunk.Outcome == ChunkOutcome.Committed;
    }

    public ValueTask DisposeAsync() => committer.DisposeAsync();
}
