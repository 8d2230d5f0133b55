using XChat.GrainInterfaces.Conversations;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>Commands that change more than the log; one at a time.</summary>
public sealed partial class ConversationGrain
{
    /// <inheritdoc/>
    public async Task<EntryAppended> Delete(DeleteMessage request)
    {
        LogEntry? target = await ReadOneAsync(request.Seq);
        EntryAppended answer = await ChangeAsync(
            Command(EntryKind.MessageDeleted, request.Caller, request.Message, value: request.Seq),
            (state, place) => ConversationRules.DecideDelete(state, request, target, place));
        bool mayBeDeleted = answer.Status == ConversationStatus.TargetNotFound && target is { Kind: EntryKind.Application, Payload.Length: 0 };
        return mayBeDeleted && await ports.Store.FindDeletionAsync(_id, request.Seq, CancellationToken.None) is { } first
            ? answer with { Status = ConversationStatus.AlreadyAccepted, Seq = first.Seq, TimeMs = first.TimeMs }
            : answer;
    }

    /// <inheritdoc/>
    public Task<EntryAppended> SetTimer(SetTimer request) => ChangeAsync(
        Command(EntryKind.TimerChanged, request.Caller, request.Message, value: request.Seconds),
        (state, place) => ConversationRules.DecideTimer(state, request, place));

    /// <summary>Decides a command, commits it in its turn behind the appends that wait, and applies it.</summary>
    /// <param name="command">What the entry would be, to recognise a repetition by.</param>
    /// <param name="decide">The rule, on the state of the moment.</param>
    private async Task<EntryAppended> ChangeAsync(LogEntry command, Func<ConversationState?, LogPlace, ChangeDecision> decide)
    {
        if (command.Message.IsEmpty)
        {
            return Refused(ConversationStatus.PayloadInvalid, command.Sender);
        }

        int losses = 0;
        while (true)
        {
            await BecomeReadyAsync();
            if (await FindAsync(command.Message) is { } first)
            {
                return Repeated(first, command);
            }

            if (!Ready)
            {
                continue;
            }

            ChangeDecision decision = decide(_tail.State, _tail.Next(NowMs));
            if (decision.Change is null)
            {
                return Refused(decision.Status, command.Sender);
            }

            if (_tail.TryChange(decision.Change) is not { } chunk)
            {
                return Refused(ConversationStatus.Overloaded, command.Sender);
            }

            ChunkOutcome outcome = await chunk.Outcome;
            Settle();
            if (outcome == ChunkOutcome.Committed)
            {
                return Accepted(decision.Change.Entry);
            }

            ThrowIfUnknown(outcome);
            CountLoss(ref losses);
        }
    }

    /// <summary>An entry as a command describes it, without a place.</summary>
    private static LogEntry Command(
        EntryKind kind, GrainInterfaces.Accounts.Caller caller, MessageId message, Guid target = default, long value = 0, byte[]? payload = null) =>
        new(0, kind, caller, message, 0, 0, 0, target, value, payload ?? []);

    private async Task<LogEntry?> ReadOneAsync(long seq)
    {
        LogSlice slice = await ports.Store.ReadAsync(
            _id, new LogRange(seq, seq, Backward: false, Limit: 1, MaxBytes: 1), CancellationToken.None);
        return slice.Entries.SingleOrDefault();
    }
}
