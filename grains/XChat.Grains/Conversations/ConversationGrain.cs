using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <inheritdoc cref="IConversationGrain"/>
/// <remarks>
/// Decide, commit, apply, notify. A decision and its reservation happen without an await in between; memory changes when the chunk settles. When
/// a chunk is lost, everything decided on top of it is too: the conversation is loaded again and each command decided anew.
/// </remarks>
[GrainType("conversation")]
public sealed partial class ConversationGrain(
    ConversationPorts ports,
    IOptions<ConversationOptions> options,
    ConversationMetrics metrics,
    TimeProvider time,
    ILogger<ConversationGrain> logger) : Grain, IConversationGrain, IConversationMembershipGrain, IConversationPaymentsGrain, IRouteWatcherGrain
{
    private readonly ConversationOptions _options = options.Value;
    private ConversationId _id;
    private LogTail _tail = null!;
    private Task? _reload;

    /// <summary>Nothing stands between a command and its decision.</summary>
    private bool Ready => !_tail.Broken && _tail.ChangeInFlight is null && _reload is null;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = new ConversationId(this.GetPrimaryKey());
        _tail = await LoadAsync(cancellationToken);
    }

    private async Task<LogTail> LoadAsync(CancellationToken cancellationToken) => new(
        _id, await ports.Store.LoadAsync(_id, _options.RecentMessages, cancellationToken), ports.Committer, _options.RecentMessages);

    /// <summary>Waits for the change that is being committed, or loads again after something was lost.</summary>
    private async Task BecomeReadyAsync()
    {
        while (!Ready)
        {
            if (_reload is null && !_tail.Broken && _tail.ChangeInFlight is { } change)
            {
                await change.Outcome;
                Settle();
            }
            else
            {
                await (_reload ??= ReloadAsync());
            }
        }
    }

    private async Task ReloadAsync()
    {
        // Without this, a reload that ends at once would be remembered after it has ended.
        await Task.Yield();
        try
        {
            metrics.Reloaded();
            LogReload(_id);
            while (_tail.LastInFlight is { } chunk)
            {
                await chunk.Outcome;
                Settle();
            }

            _tail = await LoadAsync(CancellationToken.None);
        }
        finally
        {
            _reload = null;
        }
    }

    /// <summary>Applies what has become durable, in order, and tells the members.</summary>
    private void Settle()
    {
        while (_tail.TrySettle(out LogChunk? chunk))
        {
            if (LogTail.OutcomeOf(chunk) != ChunkOutcome.Committed)
            {
                continue;
            }

            if (chunk.Change is { } change)
            {
                // Those who come in and those who go both hear of it.
                WelcomeRoutes(change.MembersSet);
                Publish(change.Entry);
                ForgetRoutes(change.MembersGone);
                continue;
            }

            for (int index = 0; index < chunk.Count; index++)
            {
                Publish(chunk.Entries[index]);
            }
        }
    }

    /// <summary>What a command with an id that was used before gets. Only who was a member learns anything.</summary>
    private EntryAppended Repeated(LogEntry first, LogEntry again) =>
        ConversationRules.IsSameCommand(first, again) ? new(ConversationStatus.AlreadyAccepted, first.Seq, first.TimeMs, EpochFor(again.Sender))
        : _tail.State?.MemberOf(again.Sender.User) is null ? Refused(ConversationStatus.NotMember, again.Sender)
        : Refused(ConversationStatus.IdReusedWithDifferentContent, again.Sender);

    private EntryAppended Accepted(LogEntry entry) => new(ConversationStatus.Accepted, entry.Seq, entry.TimeMs, EpochFor(entry.Sender));

    private EntryAppended Refused(ConversationStatus status, Caller caller) => new(status, 0, 0, EpochFor(caller));

    private long EpochFor(Caller caller) => _tail.State is { } state && state.MemberOf(caller.User) is not null ? state.Epoch : 0;

    /// <summary>The entry of an id: one that is just being committed, or one that the log has.</summary>
    private async Task<LogEntry?> FindAsync(MessageId message)
    {
        if (_tail.TryFindInFlight(message, out LogChunk? chunk, out LogEntry? waiting))
        {
            ChunkOutcome outcome = await chunk.Outcome;
            Settle();
            ThrowIfUnknown(outcome);
            return outcome == ChunkOutcome.Committed ? waiting : null;
        }

        return await ports.Store.FindAsync(_id, message, CancellationToken.None);
    }

    private static void ThrowIfUnknown(ChunkOutcome outcome)
    {
        if (outcome == ChunkOutcome.Unknown)
        {
            throw new StorageUnavailableException("Storage did not answer; whether the entry is durable is unknown. Repeat with the same id.");
        }
    }

    /// <summary>Counts a decision that another writer undid.</summary>
    private void CountLoss(ref int losses)
    {
        if (++losses >= _options.DecisionAttempts)
        {
            throw new StorageUnavailableException("Other writers got ahead each time. Repeat with the same id.");
        }
    }
}
