using System.Diagnostics.CodeAnalysis;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>
/// The end of a log as one activation sees it since it last loaded: the state that is applied, and behind it the entries that have a seq already
/// and wait for their commit. New entries are decided on the reserved head; everything else only sees what is applied.
/// </summary>
internal sealed class LogTail
{
    private readonly ConversationId _conversation;
    private readonly ConversationCommitter _committer;
    private readonly CommitFence _fence = new();
    private readonly Queue<LogChunk> _inFlight = new();
    private readonly RecentMessages _recent;
    private LogChunk? _last;
    private long _reservedSeq;
    private long _reservedTimeMs;

    public LogTail(ConversationId conversation, StoredConversation? stored, ConversationCommitter committer, int recent)
    {
        _conversation = conversation;
        _committer = committer;
        _recent = new RecentMessages(recent, stored?.Recent ?? []);
        State = stored is null ? null : ConversationState.Restore(stored);
        _reservedSeq = stored?.Head ?? 0;
        _reservedTimeMs = stored?.LastTimeMs ?? 0;
    }

    /// <summary>What is applied; null while the conversation does not exist.</summary>
    public ConversationState? State { get; private set; }

    /// <summary>Something that was reserved is not durable: the rest of this view fails too, and the conversation has to be loaded again.</summary>
    public bool Broken => _fence.Broken;

    /// <summary>The change that waits for its commit. What it decides has to be known before anything else is.</summary>
    public LogChunk? ChangeInFlight { get; private set; }

    /// <summary>The newest chunk that waits, if any does.</summary>
    public LogChunk? LastInFlight => _inFlight.Count == 0 ? null : _last;

    /// <summary>Where the next entry goes. Times never run backwards.</summary>
    public LogPlace Next(long nowMs) => new(_reservedSeq + 1, Math.Max(nowMs, _reservedTimeMs));

    /// <summary>Whether an id is one of the last ones, applied or waiting. A no proves nothing: the log may know it from before.</summary>
    public bool Knows(MessageId message) => _recent.Contains(message);

    /// <summary>Reserves the next place for an entry. Null: the queue is full and nothing was done.</summary>
    public LogChunk? TryAppend(LogEntry entry) =>
        Reserve(_committer.TryAppend(_last, _conversation, _fence, entry), entry);

    /// <summary>Reserves the next place for a change. Null: the queue is full and nothing was done.</summary>
    public LogChunk? TryChange(ConversationChange change)
    {
        LogChunk? chunk = Reserve(_committer.TryChange(change, _fence), change.Entry);
        ChangeInFlight = chunk ?? ChangeInFlight;
        return chunk;
    }

    /// <summary>The entry of an id that waits for its commit.</summary>
    public bool TryFindInFlight(MessageId message, [NotNullWhen(true)] out LogChunk? chunk, [NotNullWhen(true)] out LogEntry? entry)
    {
        foreach (LogChunk candidate in _inFlight)
        {
            entry = candidate.Entries.FirstOrDefault(waiting => waiting.Message == message);
            if (entry is not null)
            {
                chunk = candidate;
                return true;
            }
        }

        chunk = null;
        entry = null;
        return false;
    }

    /// <summary>
    /// Takes the oldest chunk whose outcome is known, and applies it when it is durable. Whoever waited for one may find that another has
    /// settled it already.
    /// </summary>
    public bool TrySettle([NotNullWhen(true)] out LogChunk? settled)
    {
        if (!_inFlight.TryPeek(out settled) || !settled.Outcome.IsCompleted)
        {
            settled = null;
            return false;
        }

        _inFlight.Dequeue();
        if (ReferenceEquals(settled, ChangeInFlight))
        {
            ChangeInFlight = null;
        }

        if (OutcomeOf(settled) == ChunkOutcome.Committed)
        {
            Apply(settled);
        }

        return true;
    }

    /// <summary>The outcome of a chunk that has settled; the task is complete, so this does not wait.</summary>
    public static ChunkOutcome OutcomeOf(LogChunk settled) => settled.Outcome.GetAwaiter().GetResult();

    private LogChunk? Reserve(LogChunk? chunk, LogEntry entry)
    {
        if (chunk is null)
        {
            return null;
        }

        if (!ReferenceEquals(chunk, _last))
        {
            _inFlight.Enqueue(chunk);
            _last = chunk;
        }

        _reservedSeq = entry.Seq;
        _reservedTimeMs = entry.TimeMs;
        _recent.Add(entry.Message);
        return chunk;
    }

    private void Apply(LogChunk chunk)
    {
        if (chunk.Change is { } change)
        {
            State ??= new ConversationState { Conversation = _conversation, Type = change.Created!.Value };
            State.Apply(change);
            return;
        }

        State!.Apply(chunk.Entries[^1]);
    }
}
