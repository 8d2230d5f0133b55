using XChat.Client.Delivery;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>What a conversation does by itself: apply what was pushed, send what waits, carry out pending device changes.</summary>
internal sealed partial class ConversationSession
{
    private const int PushedAtMost = 512;

    /// <summary>How long after an answer the pushes up to it may take.</summary>
    private static readonly TimeSpan PushesTake = TimeSpan.FromSeconds(5);

    private readonly Lock _offers = new();
    private readonly List<Entry> _pushed = [];
    private readonly CancellationTokenSource _stopping = new();
    private volatile bool _catchUp;
    private bool _awaitingPushes;
    private int _failures;
    private bool _again;
    private Task _work = Task.CompletedTask;

    /// <summary>Entries that were pushed. When they pile up they are dropped and the log is read instead.</summary>
    public void Offer(IEnumerable<Entry> entries)
    {
        lock (_offers)
        {
            _pushed.AddRange(entries);
            if (_pushed.Count > PushedAtMost)
            {
                _pushed.Clear();
                _catchUp = true;
            }
        }

        Wake();
    }

    /// <summary>The server has something that this device has not: the log is read, or a Welcome asked for.</summary>
    public void NoteBehind()
    {
        _catchUp = true;
        Wake();
    }

    /// <summary>The server's list does not hold this conversation.</summary>
    public Task NoteAbsentAsync(CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            EndMembership();
            return Task.FromResult(true);
        },
        cancellationToken);

    /// <summary>Starts working, or has the work that is under way go round once more.</summary>
    public void Wake()
    {
        lock (_offers)
        {
            _again = true;
            if (_work.IsCompleted && !_stopping.IsCancellationRequested)
            {
                _work = Task.Run(WorkAsync);
            }
        }
    }

    /// <summary>Ends when there is nothing left to do at this moment.</summary>
    public Task SettleAsync()
    {
        lock (_offers)
        {
            return _work;
        }
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await SettleAsync();
        foreach (TaskCompletionSource<ChatMessage> sent in _waiting.Values)
        {
            _ = sent.TrySetException(new XChatException(
                ClientErrorReason.ServerUnreachable, "The client was closed before the server answered. The message stays in the outbox."));
        }

        _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        while (TakeTurn())
        {
            if (!context.Server.Connected)
            {
                continue;
            }

            try
            {
                _ = await RunAsync(() => WorkOnceAsync(_stopping.Token), _stopping.Token);
                _failures = 0;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (XChatException problem) when (problem.Reason == ClientErrorReason.ServerUnreachable)
            {
                // The outcome is unknown. The next connection wakes this conversation, reads the log and repeats what is open.
                _catchUp = true;
                RetryLater();
            }
            catch (Exception problem)
            {
                _catchUp = true;
                context.Feed.Publish(new WorkFailed(id, problem));
                RetryLater();
            }
        }
    }

    private bool TakeTurn()
    {
        lock (_offers)
        {
            bool again = _again && !_stopping.IsCancellationRequested;
            _again = false;
            if (!again)
            {
                // Set here, under the lock, so that a wake-up after this starts a new turn.
                _work = Task.CompletedTask;
            }

            return again;
        }
    }

    private async Task<bool> WorkOnceAsync(CancellationToken cancellationToken)
    {
        if (_pending is not null)
        {
            _ = await SendPendingAsync(cancellationToken);
        }

        Entry[] pushed;
        lock (_offers)
        {
            pushed = [.. _pushed.OrderBy(entry => entry.Seq)];
            _pushed.Clear();
        }

        bool behind = _catchUp || _conversation is null or { Stage: ConversationStage.Waiting };
        _catchUp = false;
        if (!behind && _conversation is { Stage: ConversationStage.Joined or ConversationStage.Broken })
        {
            await PlayAsync(pushed, cancellationToken);
        }

        if (behind || pushed.Any(entry => entry.Seq > _conversation!.Cursor))
        {
            await CatchUpAsync(cancellationToken);
        }

        await PumpAsync(cancellationToken);
        await SayCursorsAsync(cancellationToken);
        if (_rosterMoved)
        {
            await CheckRosterAsync(cancellationToken);
        }

        return true;
    }

    /// <summary>
    /// An answer tells how far the log is at least. When pushes do not come up to there, nobody reaches this device just now, and it does not hear of
    /// that either: the log is read.
    /// </summary>
    private async Task ExpectPushesAsync(long seq)
    {
        if (_awaitingPushes || _conversation!.Cursor >= seq)
        {
            return;
        }

        _awaitingPushes = true;
        try
        {
            await Task.Delay(PushesTake, context.Time, _stopping.Token);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            // The client is closing; the next one begins by reading.
            return;
        }

        _awaitingPushes = false;
        if (_conversation is { } here && here.Cursor < seq)
        {
            NoteBehind();
        }
    }

    private void RetryLater()
    {
        TimeSpan wait = Backoff.After(++_failures);
        _ = WakeAfterAsync(wait);
    }

    private async Task WakeAfterAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, context.Time, _stopping.Token);
            Wake();
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            // The client is closing; the next one starts from the store.
        }
    }
}
