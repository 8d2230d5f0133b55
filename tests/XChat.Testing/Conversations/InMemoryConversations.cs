using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Testing.Conversations;

/// <summary>
/// Conversations in memory, with the promises of the database: whole batches or nothing, no gap, no place or id twice. One instance is one
/// database, shared by the silos of a test.
/// </summary>
public sealed class InMemoryConversations : IConversationLog, IConversationStore, IConversationUpkeep
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ConversationId, Record> _records = [];

    /// <inheritdoc/>
    public IChunkWriter<LogChunk> OpenWriter() => new Writer(this);

    /// <inheritdoc/>
    public Task<StoredConversation?> LoadAsync(ConversationId conversation, int recent, CancellationToken cancellationToken) =>
        Read<StoredConversation?>(conversation, null, record => new StoredConversation(
            conversation,
            record.State.Type,
            record.State.Group,
            record.State.Epoch,
            record.State.TimerSeconds,
            record.Entries.Count,
            record.Entries[^1].TimeMs,
            [.. record.State.Members.Values],
            [.. record.State.Leaves],
            [.. record.State.Waiting],
            [.. record.Entries.TakeLast(recent).Select(entry => entry.Message)]));

    /// <inheritdoc/>
    public Task<LogEntry?> FindAsync(ConversationId conversation, MessageId message, CancellationToken cancellationToken) =>
        Read(conversation, null, record => record.Entries.Find(entry => entry.Message == message));

    /// <inheritdoc/>
    public Task<LogEntry?> FindDeletionAsync(ConversationId conversation, long seq, CancellationToken cancellationToken) =>
        Read(conversation, null, record => record.Entries.Find(entry => entry.Kind == EntryKind.MessageDeleted && entry.Value == seq));

    /// <inheritdoc/>
    public Task<LogSlice> ReadAsync(ConversationId conversation, LogRange range, CancellationToken cancellationToken) =>
        Read(conversation, new LogSlice([], More: false), record =>
        {
            LogEntry[] all = [.. record.Entries.Where(entry => entry.Seq >= range.First && entry.Seq <= range.Last)];
            List<LogEntry> taken = [];
            long bytes = 0;
            foreach (LogEntry entry in range.Backward ? Enumerable.Reverse(all) : all)
            {
                bytes += entry.Payload.Length;
                if (taken.Count == range.Limit || (bytes > range.MaxBytes && taken.Count > 0))
                {
                    break;
                }

                taken.Add(entry);
            }

            return new LogSlice([.. taken.OrderBy(entry => entry.Seq)], taken.Count < all.Length);
        });

    /// <inheritdoc/>
    public Task<byte[]?> ReadWelcomeAsync(ConversationId conversation, long seq, CancellationToken cancellationToken) =>
        Read(conversation, null, record => record.Welcomes.GetValueOrDefault(seq).Bytes);

    /// <inheritdoc/>
    public Task<ConversationListPage> ListAsync(UserId user, ConversationId after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            byte[] from = after.Value.ToByteArray(bigEndian: true);
            ConversationListItem[] items =
            [
                .. _records
                    .Where(pair => pair.Value.State.MemberOf(user) is not null)
                    .Select(pair => (Key: pair.Key.Value.ToByteArray(bigEndian: true), Item: ItemOf(pair.Key, pair.Value, user)))
                    .Where(pair => pair.Key.AsSpan().SequenceCompareTo(from) > 0)
                    .OrderBy(pair => Convert.ToHexString(pair.Key), StringComparer.Ordinal)
                    .Select(pair => pair.Item),
            ];
            return Task.FromResult(new ConversationListPage([.. items.Take(limit)], items.Length > limit));
        }
    }

    /// <inheritdoc/>
    public Task AdvanceCursorsAsync(IReadOnlyList<CursorPosition> positions, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (CursorPosition position in positions)
            {
                if (_records.GetValueOrDefault(position.Conversation)?.State is { } state && state.MemberOf(position.User) is { } member)
                {
                    state.MoveCursors(
                        position.User,
                        Math.Max(member.DeliveredSeq, position.DeliveredSeq),
                        Math.Max(member.ReadSeq, position.ReadSeq));
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task MarkJoinedAsync(ConversationId conversation, int leaf, CancellationToken cancellationToken) =>
        Read(conversation, 0, record =>
        {
            if (record.State.LeafAt(leaf) is { } found)
            {
                record.State.MarkJoined(found);
                record.DropUnneededWelcomes();
            }

            return 0;
        });

    /// <inheritdoc/>
    public Task<int> EmptyExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var due = _records.Values
                .SelectMany(record => record.Entries
                    .Where(entry => entry.ExpiresAtMs > 0 && entry.ExpiresAtMs <= now.ToUnixTimeMilliseconds())
                    .Select(entry => (record, entry)))
                .Take(limit)
                .ToArray();
            foreach ((Record record, LogEntry entry) in due)
            {
                record.Empty(entry.Seq);
            }

            return Task.FromResult(due.Length);
        }
    }

    /// <inheritdoc/>
    public Task<RetentionStep> EmptyOldAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var due = _records.Values
                .SelectMany(record => record.Entries
                    .Where(entry => entry.TimeMs < before.ToUnixTimeMilliseconds()
                        && entry.Kind is EntryKind.Application or EntryKind.Payment
                        && entry.Payload.Length > 0)
                    .Select(entry => (record, entry)))
                .Take(limit)
                .ToArray();
            foreach ((Record record, LogEntry entry) in due)
            {
                record.Empty(entry.Seq);
            }

            return Task.FromResult(new RetentionStep(due.Length, Finished: due.Length < limit));
        }
    }

    /// <inheritdoc/>
    public Task<int> DropWelcomesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var due = _records.Values
                .SelectMany(record => record.Welcomes
                    .Where(welcome => welcome.Value.TimeMs < before.ToUnixTimeMilliseconds())
                    .Select(welcome => (record, welcome.Key)))
                .Take(limit)
                .ToArray();
            foreach ((Record record, long seq) in due)
            {
                record.Welcomes.Remove(seq);
            }

            return Task.FromResult(due.Length);
        }
    }

    private static ConversationListItem ItemOf(ConversationId conversation, Record record, UserId user)
    {
        MemberState member = record.State.MemberOf(user)!;
        LogEntry[] stretch = [.. record.Entries.Where(entry => entry.Seq > Math.Max(member.ReadSeq, member.FirstSeq - 1)).Take(2 * Limits.UnreadCount)];
        int unread = stretch.Count(entry => entry.Kind == EntryKind.Application && entry.Sender.User != user);
        return new ConversationListItem(
            conversation, record.State.Type, member.Role, record.Entries.Count, record.State.Epoch, member.FirstSeq, member.ReadSeq,
            member.DeliveredSeq, Math.Min(unread, Limits.UnreadCount), record.Entries[^1].TimeMs);
    }

    private Task<T> Read<T>(ConversationId conversation, T missing, Func<Record, T> read)
    {
        lock (_gate)
        {
            return Task.FromResult(_records.TryGetValue(conversation, out Record? record) ? read(record) : missing);
        }
    }

    private BatchWrite Write(IReadOnlyList<LogChunk> chunks)
    {
        lock (_gate)
        {
            if (!chunks.All(IsFree))
            {
                return BatchWrite.Refused;
            }

            foreach (LogChunk chunk in chunks)
            {
                if (chunk.Change is { Created: { } type })
                {
                    _records[chunk.Conversation] = new Record(new ConversationState { Conversation = chunk.Conversation, Type = type });
                }

                _records[chunk.Conversation].Write(chunk);
            }

            return BatchWrite.Written;
        }
    }

    private bool IsFree(LogChunk chunk)
    {
        if (!_records.TryGetValue(chunk.Conversation, out Record? record))
        {
            return chunk.FirstSeq == 1 && chunk.Change?.Created is not null;
        }

        return chunk.FirstSeq == record.Entries.Count + 1
            && chunk.Change?.Created is null
            && !chunk.Entries.Any(entry => record.Entries.Exists(there => there.Message == entry.Message));
    }

    private bool IsWritten(LogChunk chunk)
    {
        lock (_gate)
        {
            return _records.TryGetValue(chunk.Conversation, out Record? record)
                && record.Entries.Exists(entry => entry.Seq == chunk.FirstSeq && entry.Message == chunk.Entries[0].Message);
        }
    }

    private sealed class Writer(InMemoryConversations conversations) : IChunkWriter<LogChunk>
    {
        public Task<BatchWrite> WriteAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken) =>
            Task.FromResult(conversations.Write(chunks));

        public Task<IReadOnlyList<ChunkStanding>> ExamineAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ChunkStanding>>(
                [.. chunks.Select(chunk => conversations.IsWritten(chunk) ? ChunkStanding.Written : ChunkStanding.Open)]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Record(ConversationState state)
    {
        public ConversationState State { get; } = state;

        public List<LogEntry> Entries { get; } = [];

        public Dictionary<long, (long TimeMs, byte[]? Bytes)> Welcomes { get; } = [];

        public void Write(LogChunk chunk)
        {
            Entries.AddRange(chunk.Entries);
            if (chunk.Change is not { } change)
            {
                State.Apply(chunk.Entries[^1]);
                return;
            }

            State.Apply(change);
            if (change.Welcome is not null)
            {
                Welcomes[change.Entry.Seq] = (change.Entry.TimeMs, change.Welcome);
            }

            DropUnneededWelcomes();
            if (change.EmptiedSeq is { } seq)
            {
                Empty(seq);
            }
        }

        public void Empty(long seq)
        {
            int index = Entries.FindIndex(entry => entry.Seq == seq);
            Entries[index] = Entries[index] with { Payload = [], ExpiresAtMs = 0 };
        }

        public void DropUnneededWelcomes()
        {
            foreach (long seq in Welcomes.Keys.Where(seq => !State.Leaves.Any(leaf => leaf.AddedSeq == seq && !leaf.Joined && !leaf.Leaving)).ToArray())
            {
                Welcomes.Remove(seq);
            }
        }
    }
}
