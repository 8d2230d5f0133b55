using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>
/// What may be added to a conversation, decided on its state alone. Refusals come in the order of <see cref="ConversationStatus"/>, except that
/// a commit of another epoch is refused as such before anything that it contains is judged.
/// </summary>
public static partial class ConversationRules
{
    /// <summary>Whether an application message may be appended.</summary>
    public static ConversationStatus CheckAppend(ConversationState? state, Caller caller, PrivateMessageInfo? facts, int payloadBytes)
    {
        if (CheckDevice(state, caller) is var status and not ConversationStatus.Accepted)
        {
            return status;
        }

        if (facts is not { } message || message.Group != state!.Group || message.Epoch > state.Epoch)
        {
            return ConversationStatus.PayloadInvalid;
        }

        if (message.Epoch < state.Epoch - Limits.AcceptedPastEpochs)
        {
            return ConversationStatus.StaleEpoch;
        }

        return payloadBytes > Limits.MessageBytes ? ConversationStatus.PayloadTooLarge : ConversationStatus.Accepted;
    }

    /// <summary>Whether the caller is a member whose device is in the MLS group.</summary>
    public static ConversationStatus CheckDevice(ConversationState? state, Caller caller)
    {
        if (state?.MemberOf(caller.User) is null)
        {
            return ConversationStatus.NotMember;
        }

        return state.LeafOf(caller) is { Leaving: false } ? ConversationStatus.Accepted : ConversationStatus.DeviceNotInGroup;
    }

    /// <summary>Whether a command that was found under its id is the one that is asked for now. What was emptied since cannot differ.</summary>
    public static bool IsSameCommand(LogEntry first, LogEntry again) =>
        first.Kind == again.Kind
        && first.Sender == again.Sender
        && (first.Kind is EntryKind.Commit or EntryKind.Application || (first.Target == again.Target && first.Value == again.Value))
        && (first.Payload.Length == 0 || first.Payload.AsSpan().SequenceEqual(again.Payload));

    /// <summary>When an entry of now expires; 0 is never.</summary>
    public static long ExpiresAtMs(ConversationState state, long timeMs) =>
        state.TimerSeconds == 0 ? 0 : timeMs + (state.TimerSeconds * 1000L);

    /// <summary>A message is emptied in place and keeps its seq.</summary>
    public static ChangeDecision DecideDelete(ConversationState? state, DeleteMessage request, LogEntry? target, LogPlace place)
    {
        if (CheckDevice(state, request.Caller) is var status and not ConversationStatus.Accepted)
        {
            return ChangeDecision.Refuse(status);
        }

        MemberState member = state!.MemberOf(request.Caller.User)!;
        if (target is not { Kind: EntryKind.Application } || target.Seq < member.FirstSeq || target.Payload.Length == 0)
        {
            return ChangeDecision.Refuse(ConversationStatus.TargetNotFound);
        }

        if (target.Sender.User != member.User && (state.Type == ConversationType.Direct || member.Role < MemberRole.Admin))
        {
            return ChangeDecision.Refuse(ConversationStatus.NotAllowed);
        }

        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = Note(EntryKind.MessageDeleted, request.Caller, request.Message, state.Epoch, place, value: request.Seq),
            EmptiedSeq = request.Seq,
        });
    }

    public static ChangeDecision DecideTimer(ConversationState? state, SetTimer request, LogPlace place)
    {
        if (CheckDevice(state, request.Caller) is var status and not ConversationStatus.Accepted)
        {
            return ChangeDecision.Refuse(status);
        }

        if (state!.MemberOf(request.Caller.User)!.Role < MemberRole.Admin)
        {
            return ChangeDecision.Refuse(ConversationStatus.NotAllowed);
        }

        if (request.Seconds is < 0 or > Limits.TimerSeconds)
        {
            return ChangeDecision.Refuse(ConversationStatus.PayloadInvalid);
        }

        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = Note(EntryKind.TimerChanged, request.Caller, request.Message, state.Epoch, place, value: request.Seconds),
            TimerSeconds = request.Seconds,
        });
    }

    /// <summary>Where a member's cursors come to stand: within the log, and never behind where they were. Null when nothing moves.</summary>
    public static CursorPosition? DecideCursor(ConversationState state, MemberState member, long deliveredSeq, long readSeq)
    {
        long read = Math.Clamp(readSeq, member.ReadSeq, Math.Max(member.ReadSeq, state.Head));
        long delivered = Math.Clamp(Math.Max(deliveredSeq, read), member.DeliveredSeq, Math.Max(member.DeliveredSeq, state.Head));
        return read == member.ReadSeq && delivered == member.DeliveredSeq
            ? null
            : new CursorPosition(state.Conversation, member.User, delivered, read);
    }

    /// <summary>The part of the log that a request asks for and its member may see; null when that is nothing.</summary>
    public static LogRange? RangeOf(ConversationState state, MemberState member, ReadEntries request)
    {
        int limit = Math.Clamp(request.Limit, 1, Limits.EntriesPerPage);
        (long first, long last) = request.Backward
            ? (member.FirstSeq, request.Seq <= 0 ? state.Head : Math.Min(request.Seq - 1, state.Head))
            : (Math.Max(member.FirstSeq, request.Seq >= state.Head ? state.Head + 1 : Math.Max(request.Seq, 0) + 1), state.Head);
        return first > last ? null : new LogRange(first, last, request.Backward, limit, Limits.PageBytes);
    }

    /// <summary>An entry without an MLS message.</summary>
    private static LogEntry Note(
        EntryKind kind, Caller sender, MessageId message, long epoch, LogPlace place, Guid target = default, long value = 0) =>
        new(place.Seq, kind, sender, message, epoch, place.TimeMs, 0, target, value, []);

    private static Caller Of(UserId user, DeviceId device) => new(user, device);
}
