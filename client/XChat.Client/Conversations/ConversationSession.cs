using XChat.Crypto.Mls;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>
/// One conversation of this device. Everything that touches its MLS state runs in one turn after the other, whoever asks for it: pushes, the
/// outbox, people's commands.
/// </summary>
internal sealed partial class ConversationSession(Guid id, ChatContext context) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    // What the store holds, kept in memory between turns; dropped whenever a turn fails half-way.
    private StoredConversation? _conversation;
    private StoredCommit? _pending;
    private MlsGroup? _group;
    private bool _loaded;
    private long _deliveredSaid = -1;
    private long _readSaid = -1;
    private bool _rosterMoved = true;

    public Guid Id => id;

    public void Dispose()
    {
        Forget();
        _turn.Dispose();
    }

    /// <summary>Runs a person's command in its turn, and then whatever it makes possible.</summary>
    private async Task<T> CommandAsync<T>(Func<Task<T>> command, CancellationToken cancellationToken)
    {
        T result = await RunAsync(command, cancellationToken);
        Wake();
        return result;
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> command, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Load();
            return await command();
        }
        catch
        {
            Forget();
            throw;
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    /// <summary>Moves the own read mark forward.</summary>
    public Task<bool> MarkReadAsync(long seq, CancellationToken cancellationToken) => CommandAsync(
        () =>
        {
            bool moves = _conversation is not null && seq > _conversation.ReadSeq;
            if (moves)
            {
                _conversation = _conversation! with { ReadSeq = Math.Min(seq, _conversation.Cursor) };
                context.Store.Write(transaction => transaction.Put(_conversation));
            }

            return Task.FromResult(moves);
        },
        cancellationToken);

    private void Load()
    {
        if (_loaded)
        {
            return;
        }

        (StoredConversation? conversation, byte[]? group, StoredCommit? pending) = context.Store.Read(
            transaction => (transaction.Conversation(id), transaction.Group(id), transaction.PendingCommit(id)));
        _conversation = conversation;
        _pending = pending;
        _group = group is null ? null : MlsGroup.Deserialize(group, context.Device.Signing);
        _loaded = true;
    }

    private void Forget()
    {
        _group?.Dispose();
        _group = null;
        _loaded = false;
    }

    /// <summary>Reads the log from the cursor to the head.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (_conversation is { Stage: ConversationStage.Broken } && _pending?.NewGroup is null)
        {
            // Somebody may have let this device in anew. After an own restart there is no Welcome for it: it made the group.
            _ = await TryJoinAsync(cancellationToken);
        }

        while (true)
        {
            if (_conversation is null or { Stage: ConversationStage.Waiting or ConversationStage.Left })
            {
                if (!await TryJoinAsync(cancellationToken))
                {
                    return;
                }
            }

            ReadEntriesResult page = await context.Server.CallAsync(
                hub => hub.ReadEntries(new ReadEntriesRequest(id, _conversation!.Cursor, Backward: false, Limits.EntriesPerPage)), cancellationToken);
            if (page.Status != ConversationStatus.Accepted)
            {
                EndMembership();
                return;
            }

            if (page.Entries.Count == 0)
            {
                return;
            }

            long before = _conversation!.Cursor;
            await PlayAsync(page.Entries, cancellationToken);
            if (_conversation!.Cursor <= before || (!page.More && _conversation.Cursor >= page.Head))
            {
                return;
            }
        }
    }

    /// <summary>Applies entries that follow the cursor without a gap; those at or before it were applied already.</summary>
    private async Task PlayAsync(IEnumerable<Entry> entries, CancellationToken cancellationToken)
    {
        LogPlayback playback = new(context, _conversation!, _group, _pending);
        bool applied = false;
        foreach (Entry entry in entries.Where(entry => entry.Seq > _conversation!.Cursor))
        {
            if (entry.Seq != playback.Conversation.Cursor + 1 || entry.Conversation != id)
            {
                break;
            }

            await playback.ApplyAsync(entry, cancellationToken);
            applied = true;
            if (playback.NeedsWelcome || playback.Conversation.Stage == ConversationStage.Left)
            {
                break;
            }
        }

        if (!applied)
        {
            return;
        }

        context.Store.Write(playback.Save);
        Take(playback);
        await AfterPlaybackAsync(playback, cancellationToken);
    }

    private void Take(LogPlayback playback)
    {
        bool changed = playback.Conversation.Stage != _conversation!.Stage || playback.Conversation.Name != _conversation.Name || playback.RosterMoved;
        (_conversation, _group, _pending) = (playback.Conversation, playback.Group, playback.Pending);
        _rosterMoved |= playback.RosterMoved;
        foreach ((Guid message, (long seq, long timeMs)) in playback.Sent)
        {
            Answer(message, seq, timeMs);
        }

        foreach (byte[] card in playback.CardsToResend)
        {
            _ = Queue(card);
        }

        foreach (StoredMessage message in playback.Messages)
        {
            context.Feed.Publish(new Delivery.MessageArrived(ChatLines.Of(message, context)));
        }

        if (changed)
        {
            context.Feed.Publish(new Delivery.ConversationChanged(id, _conversation.Stage));
        }
    }

    private async Task AfterPlaybackAsync(LogPlayback playback, CancellationToken cancellationToken)
    {
        if (playback.Unfollowed is { } epoch)
        {
            _ = await context.Server.CallAsync(
                hub => hub.ReportEpoch(new ReportEpochRequest(id, MessageId.New().Value, epoch)), cancellationToken);
        }

        if (playback.NeedsWelcome)
        {
            _ = await TryJoinAsync(cancellationToken);
        }

        await context.Log.CompareHeardAsync(cancellationToken);
    }

    /// <summary>The server says that this person is not a member (any more). A conversation that was not accepted yet is not there yet.</summary>
    private void EndMembership()
    {
        if (_conversation is null or { Stage: ConversationStage.Creating or ConversationStage.Left })
        {
            return;
        }

        _conversation = _conversation with { Stage = ConversationStage.Left };
        context.Store.Write(transaction =>
        {
            transaction.Put(_conversation);
            transaction.DropGroup(id);
            transaction.DropPendingCommit(id);
        });
        _group?.Dispose();
        (_group, _pending) = (null, null);
        context.Feed.Publish(new Delivery.ConversationChanged(id, ConversationStage.Left));
    }

    /// <summary>Tells the server how far this device is. Losing it costs nothing: the next turn says it again.</summary>
    private async Task SayCursorsAsync(CancellationToken cancellationToken)
    {
        if (_conversation is not { Stage: ConversationStage.Joined or ConversationStage.Broken } here
            || (here.Cursor <= _deliveredSaid && here.ReadSeq <= _readSaid))
        {
            return;
        }

        ConversationResult result = await context.Server.CallAsync(
            hub => hub.AdvanceCursor(new AdvanceCursorRequest(id, here.Cursor, here.ReadSeq)), cancellationToken);
        if (result.Status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted)
        {
            (_deliveredSaid, _readSaid) = (here.Cursor, here.ReadSeq);
        }
    }
}
