using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>
/// The group commit of a silo: many conversations share one transaction, and the database sees a fixed number of writers however many conversations
/// are busy.
/// </summary>
public sealed class ConversationCommitter : IAsyncDisposable
{
    private readonly CommitLanes<LogChunk, LogEntry> _lanes;

    public ConversationCommitter(
        IConversationLog log,
        IOptions<ConversationOptions> options,
        ConversationMetrics metrics,
        TimeProvider time,
        ILogger<ConversationCommitter> logger)
    {
        _lanes = new CommitLanes<LogChunk, LogEntry>(options.Value.Lanes, options.Value.LaneFill, () =>
            new CommitLane<LogChunk, LogEntry>(log.OpenWriter(), options.Value.ToLaneLimits(), metrics.Lane, time, logger));
    }

    /// <summary>
    /// Queues an entry behind those that <paramref name="fence"/> has queued, in the chunk <paramref name="open"/> if that has not left yet. The
    /// answer is the chunk that it is in; null when the queue is full and nothing was done.
    /// </summary>
    public LogChunk? TryAppend(LogChunk? open, ConversationId conversation, CommitFence fence, LogEntry entry) =>
        _lanes.TryAdd(
            fence, open, entry, 1, entry.Payload.Length, (conversation, fence), static view => new LogChunk(view.conversation, view.fence));

    /// <summary>Queues a change, which commits in a transaction of its own. Null when the queue is full and nothing was done.</summary>
    public LogChunk? TryChange(ConversationChange change, CommitFence fence) =>
        _lanes.TryAdd(
            fence,
            null,
            change.Entry,
            1,
            change.Entry.Payload.Length,
            (change, fence),
            static view => new LogChunk(view.change.Conversation, view.fence, view.change));

    /// <summary>Commits what is queued and lets the connections go.</summary>
    public ValueTask DisposeAsync() => _lanes.DisposeAsync();
}
