using System.Diagnostics;

using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>Application messages: the path that every message takes.</summary>
public sealed partial class ConversationGrain
{
    /// <inheritdoc/>
    public async Task<EntryAppended> Append(AppendMessage request)
    {
        long started = Stopwatch.GetTimestamp();
        PrivateMessageInfo? facts = Inspect(request.Payload);
        bool search = false;
        int losses = 0;
        while (true)
        {
            if (!Ready)
            {
                await BecomeReadyAsync();
            }

            if (search || _tail.Knows(request.Message))
            {
                search = false;
                if (await FindAsync(request.Message) is { } first)
                {
                    return Answer(Repeated(first, Entry(request, facts, default)), started);
                }

                if (!Ready || _tail.TryFindInFlight(request.Message, out _, out _))
                {
                    continue;
                }
            }

            ConversationStatus status = request.Message.IsEmpty
                ? ConversationStatus.PayloadInvalid
                : ConversationRules.CheckAppend(_tail.State, request.Caller, facts, request.Payload.Length);
            if (status != ConversationStatus.Accepted)
            {
                return Answer(await RefuseAsync(status, Entry(request, facts, default)), started);
            }

            LogEntry entry = Entry(request, facts, _tail.Next(NowMs));
            if (_tail.TryAppend(entry) is not { } chunk)
            {
                return Answer(Refused(ConversationStatus.Overloaded, request.Caller), started);
            }

            ChunkOutcome outcome = await chunk.Outcome;
            Settle();
            if (outcome == ChunkOutcome.Committed)
            {
                NoteJoined(request.Caller);
                return Answer(Accepted(entry), started);
            }

            ThrowIfUnknown(outcome);
            CountLoss(ref losses);
            search = true;
        }
    }

    private static PrivateMessageInfo? Inspect(byte[] payload) =>
        PrivateMessageInspector.TryInspect(payload, out PrivateMessageInfo info) ? info : null;

    private LogEntry Entry(AppendMessage request, PrivateMessageInfo? facts, LogPlace place) => new(
        place.Seq,
        EntryKind.Application,
        request.Caller,
        request.Message,
        facts?.Epoch ?? 0,
        place.TimeMs,
        _tail.State is { } state ? ConversationRules.ExpiresAtMs(state, place.TimeMs) : 0,
        default,
        0,
        request.Payload);

    /// <summary>A refusal, unless the same command was accepted while the caller was still a member.</summary>
    private async Task<EntryAppended> RefuseAsync(ConversationStatus status, LogEntry command)
    {
        bool mayBeRepeat = status == ConversationStatus.NotMember && _tail.State is not null && !command.Message.IsEmpty;
        return mayBeRepeat && await FindAsync(command.Message) is { } first ? Repeated(first, command) : Refused(status, command.Sender);
    }

    private EntryAppended Answer(EntryAppended answer, long started)
    {
        metrics.Appended(started, answer.Status);
        return answer;
    }
}
