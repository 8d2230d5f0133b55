using System.Collections.Concurrent;

using XChat.Client.Conversations;
using XChat.Client.Wallets;
using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.Wallets;

namespace XChat.Client.Delivery;

/// <summary>
/// Keeps all conversations of a profile level with the server while there is a connection: lists them once after connecting, reads what is
/// missing, then takes what is pushed. A push is a hint; whatever it leaves open is read from the log.
/// </summary>
internal sealed class ChatSync(ChatContext context, Func<CancellationToken, Task> restoreFirst) : IChatClient, IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, ConversationSession> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();

    public PaymentOutbox Payments => field ??= new PaymentOutbox(context, Session, _stopping.Token);

    public ChatPaymentOutbox ChatPayments => field ??= new ChatPaymentOutbox(context, Session);

    public RailOutbox Rails => field ??= new RailOutbox(context);

    public ConversationSession Session(Guid conversation) => _sessions.GetOrAdd(conversation, id => new ConversationSession(id, context));

    /// <summary>Uses a connection, and returns when everything that the server had at this moment was read.</summary>
    public async Task AttachAsync(IChatHub hub, CancellationToken cancellationToken)
    {
        context.Server.Attach(hub);
        _ = await context.People.RefreshAsync(context.Device.User, cancellationToken);
        await context.KeyPackages.RefillAsync(cancellationToken);
        await restoreFirst(cancellationToken);
        await Payments.ResumeAsync(cancellationToken);
        await ChatPayments.ResumeAsync(cancellationToken);
        await Rails.ResumeAsync(cancellationToken);
        await SyncAsync(cancellationToken);
        context.Feed.Publish(new ConnectionChanged(true));
    }

    /// <summary>Goes on with a connection that was attached before and still works.</summary>
    public void Return(IChatHub hub) => context.Server.Attach(hub);

    /// <summary>The connection is gone.</summary>
    public void Detach()
    {
        if (context.Server.Connected)
        {
            context.Server.Detach();
            context.Feed.Publish(new ConnectionChanged(false));
        }
    }

    /// <summary>Lists the conversations, reads what is missing of each, and sends what waits.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        context.Store.Write(transaction => transaction.DropExpiredMessages(context.NowMs));
        Dictionary<Guid, ConversationSummary> listed = await ListAsync(cancellationToken);
        (IReadOnlyList<StoredConversation> known, IReadOnlyList<StoredCommit> commits, IReadOnlyList<OutboxItem> outbox) = context.Store.Read(
            transaction => (transaction.Conversations(), transaction.PendingCommits(), transaction.Outbox()));
        HashSet<Guid> pending = [.. commits.Select(commit => commit.Conversation)];
        foreach (StoredConversation gone in known.Where(
            here => !listed.ContainsKey(here.Id) && !pending.Contains(here.Id) && here.Stage is not (ConversationStage.Left or ConversationStage.Creating)))
        {
            await Session(gone.Id).NoteAbsentAsync(cancellationToken);
        }

        Dictionary<Guid, StoredConversation> level = known.Where(here => here.Stage == ConversationStage.Joined).ToDictionary(here => here.Id);
        HashSet<ConversationSession> busy = [];
        foreach (ConversationSummary summary in listed.Values)
        {
            if (!level.TryGetValue(summary.Conversation, out StoredConversation? here) || here.Cursor < summary.Head || here.RosterDue)
            {
                ConversationSession session = Session(summary.Conversation);
                session.NoteBehind();
                busy.Add(session);
            }
        }

        foreach (Guid waiting in pending.Concat(outbox.Where(item => item.Refusal == default).Select(item => item.Conversation)).Distinct())
        {
            ConversationSession session = Session(waiting);
            session.Wake();
            busy.Add(session);
        }

        await Task.WhenAll(busy.Select(session => session.SettleAsync())).WaitAsync(cancellationToken);
    }

    /// <summary>Ends when no conversation has anything left to do at this moment.</summary>
    public Task SettleAsync() => Task.WhenAll(_sessions.Values.Select(session => session.SettleAsync()));

    /// <inheritdoc/>
    public Task Deliver(IReadOnlyList<Entry> entries)
    {
        foreach (IGrouping<Guid, Entry> some in entries.GroupBy(entry => entry.Conversation))
        {
            Session(some.Key).Offer(some);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Resync()
    {
        _ = ResyncAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Signal(IReadOnlyList<Signal> signals)
    {
        foreach (Signal signal in signals.Where(signal => signal.Kind == SignalKind.Cursor))
        {
            context.Feed.Publish(new ReceiptMoved(signal.Conversation, signal.User, signal.DeliveredSeq, signal.ReadSeq));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WalletChanged(WalletChange change)
    {
        if (Currency.TryParse(change.Currency, out Currency currency))
        {
            context.Feed.Publish(new WalletMoved(currency, change.Transfer));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Disconnecting(DisconnectReason reason) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Payments.StopAsync();
        foreach (ConversationSession session in _sessions.Values)
        {
            await session.StopAsync();
            session.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task ResyncAsync()
    {
        try
        {
            await SyncAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The client is closing.
        }
        catch (Exception problem)
        {
            // The next connection lists everything again.
            context.Feed.Publish(new WorkFailed(Guid.Empty, problem));
        }
    }

    private async Task<Dictionary<Guid, ConversationSummary>> ListAsync(CancellationToken cancellationToken)
    {
        Dictionary<Guid, ConversationSummary> listed = [];
        Guid after = Guid.Empty;
        while (true)
        {
            ListConversationsResult page = await context.Server.CallAsync(
                hub => hub.ListConversations(new ListConversationsRequest(after, Limits.ConversationsPerPage)), cancellationToken);
            foreach (ConversationSummary summary in page.Conversations)
            {
                listed[summary.Conversation] = summary;
            }

            if (!page.More || page.Conversations.Count == 0)
            {
                return listed;
            }

            after = page.Conversations[^1].Conversation;
        }
    }
}
