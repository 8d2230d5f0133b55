using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Client;

/// <summary>A conversation in memory that decides by the rules of the real server.</summary>
internal sealed class RuledConversation(ConversationId id)
{
    private readonly List<LogEntry> _log = [];
    private readonly Dictionary<long, byte[]> _welcomes = [];

    public ConversationState? State { get; private set; }

    public IReadOnlyList<LogEntry> Log => _log;

    public LogPlace Next => new(_log.Count + 1, 1_000 + _log.Count);

    public EntryResult Append(Caller caller, SendMessageRequest request)
    {
        PrivateMessageInfo? facts = PrivateMessageInspector.TryInspect(request.Payload, out PrivateMessageInfo read) ? read : null;
        LogEntry entry = new(
            Next.Seq, EntryKind.Application, caller, new MessageId(request.Message), facts?.Epoch ?? 0, Next.TimeMs, 0, default, 0, request.Payload);
        if (Find(entry) is { } first)
        {
            return first;
        }

        ConversationStatus status = ConversationRules.CheckAppend(State, caller, facts, request.Payload.Length);
        if (status == ConversationStatus.Accepted)
        {
            State!.Apply(entry);
            _log.Add(entry);
        }

        return Result(status, entry);
    }

    public EntryResult Change(LogEntry command, Func<ChangeDecision> decide)
    {
        if (Find(command) is { } first)
        {
            return first;
        }

        ChangeDecision decision = decide();
        if (decision.Change is { } change)
        {
            State ??= ConversationState.Restore(Empty(change));
            State.Apply(change);
            _log.Add(change.Entry);
            if (change.Welcome is not null)
            {
                _welcomes[change.Entry.Seq] = change.Welcome;
            }

            if (change.EmptiedSeq is { } emptied)
            {
                _log[(int)emptied - 1] = _log[(int)emptied - 1] with { Payload = [] };
            }
        }

        return Result(decision.Status, decision.Change?.Entry ?? command);
    }

    public ReadEntriesResult Read(Caller caller, ReadEntriesRequest request)
    {
        if (State?.MemberOf(caller.User) is not { } member)
        {
            return new ReadEntriesResult(ConversationStatus.NotMember, [], 0, false);
        }

        LogEntry[] rest = [.. _log.Where(entry => entry.Seq > Math.Max(request.Seq, member.FirstSeq - 1))];
        return new ReadEntriesResult(
            ConversationStatus.Accepted, [.. rest.Take(request.Limit).Select(OnTheWire)], State.Head, rest.Length > request.Limit);
    }

    public GetWelcomeResult Welcome(Caller caller)
    {
        ConversationStatus status = ConversationRules.CheckDevice(State, caller);
        if (status != ConversationStatus.Accepted)
        {
            return new GetWelcomeResult(status, null, 0, 0);
        }

        long seq = State!.LeafOf(caller)!.AddedSeq;
        return _welcomes.TryGetValue(seq, out byte[]? welcome)
            ? new GetWelcomeResult(ConversationStatus.Accepted, welcome, _log[(int)seq - 1].Epoch + 1, seq)
            : new GetWelcomeResult(ConversationStatus.TargetNotFound, null, 0, 0);
    }

    public GetConversationResult Describe(Caller caller) => State?.MemberOf(caller.User) is null
        ? new GetConversationResult(ConversationStatus.NotMember, null)
        : new GetConversationResult(ConversationStatus.Accepted, new ConversationView(
            id.Value, State.Type, State.Group, State.Epoch, State.Head, State.TimerSeconds,
            [.. State.Members.Values.Select(one => new MemberView(one.User.Value, one.Role, one.FirstSeq, one.DeliveredSeq, one.ReadSeq))],
            [.. State.Leaves.Select(leaf => new LeafView(leaf.Index, leaf.Device.User.Value, leaf.Device.Device.Value))],
            [.. State.Waiting.Select(device => new PendingDevice(device.User.Value, device.Device.Value))],
            [.. State.Leaves.Where(leaf => leaf.Leaving).Select(leaf => leaf.Index)]));

    public Entry OnTheWire(LogEntry entry) => new(
        id.Value, entry.Seq, entry.Kind, entry.Sender.User.Value, entry.Sender.Device.Value, entry.Message.Value, entry.Epoch, entry.TimeMs,
        entry.ExpiresAtMs, entry.Target, entry.Value, entry.Payload);

    private EntryResult? Find(LogEntry command)
    {
        LogEntry? first = _log.Find(entry => entry.Message == command.Message);
        return first is null ? null : Result(
            ConversationRules.IsSameCommand(first, command) ? ConversationStatus.AlreadyAccepted : ConversationStatus.IdReusedWithDifferentContent, first);
    }

    private EntryResult Result(ConversationStatus status, LogEntry entry) => status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted
        ? new EntryResult(status, entry.Seq, entry.TimeMs, State!.Epoch)
        : new EntryResult(status, 0, 0, State?.Epoch ?? 0);

    private XChat.Grains.Conversations.StoredConversation Empty(ConversationChange change) =>
        new(id, change.Created!.Value, change.Group!.Value, 0, 0, 0, 0, [], [], [], []);
}
