using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Grains.Conversations;

/// <summary>Reads, cursors and signals. They see what is applied and change nothing in the log.</summary>
public sealed partial class ConversationGrain
{
    private ConversationState? State => _tail.State;

    /// <inheritdoc/>
    public async Task<EntryPage> Read(ReadEntries request)
    {
        if (State?.MemberOf(request.Caller.User) is not { } member)
        {
            return new EntryPage(ConversationStatus.NotMember, [], 0, More: false);
        }

        long head = State.Head;
        if (ConversationRules.RangeOf(State, member, request) is not { } range)
        {
            return new EntryPage(ConversationStatus.Accepted, [], head, More: false);
        }

        LogSlice slice = await ports.Store.ReadAsync(_id, range, CancellationToken.None);
        return new EntryPage(ConversationStatus.Accepted, slice.Entries, head, slice.More);
    }

    /// <inheritdoc/>
    public Task<ConversationDescribed> Describe(DescribeConversation request) => Task.FromResult(
        State is { } state && state.MemberOf(request.Caller.User) is not null
            ? new ConversationDescribed(
                ConversationStatus.Accepted,
                state.Type,
                state.Group,
                state.Epoch,
                state.Head,
                state.TimerSeconds,
                [.. state.Members.Values.Select(member => new Member(member.User, member.Role, member.FirstSeq, member.DeliveredSeq, member.ReadSeq))],
                [.. state.Leaves.Select(leaf => new Leaf(leaf.Index, leaf.Device.User, leaf.Device.Device))],
                [.. state.Waiting],
                [.. state.Leaves.Where(leaf => leaf.Leaving).Select(leaf => leaf.Index)])
            : new ConversationDescribed(ConversationStatus.NotMember, default, default, 0, 0, 0, [], [], [], []));

    /// <inheritdoc/>
    public async Task<WelcomeRead> ReadWelcome(ReadWelcome request)
    {
        ConversationStatus status = ConversationRules.CheckDevice(State, request.Caller);
        if (status != ConversationStatus.Accepted)
        {
            return new WelcomeRead(status, null, 0, 0);
        }

        long seq = State!.LeafOf(request.Caller)!.AddedSeq;
        byte[]? welcome = await ports.Store.ReadWelcomeAsync(_id, seq, CancellationToken.None);
        LogEntry? commit = welcome is null ? null : await ReadOneAsync(seq);
        return commit is null
            ? new WelcomeRead(ConversationStatus.TargetNotFound, null, 0, 0)
            : new WelcomeRead(ConversationStatus.Accepted, welcome, commit.Epoch + 1, seq);
    }

    /// <inheritdoc/>
    public Task<ConversationOutcome> AdvanceCursor(AdvanceCursor request)
    {
        if (State?.MemberOf(request.Caller.User) is not { } member)
        {
            return Outcome(ConversationStatus.NotMember);
        }

        if (State.LeafOf(request.Caller) is { Joined: false } leaf && request.DeliveredSeq >= leaf.AddedSeq)
        {
            NoteJoined(request.Caller);
        }

        if (ConversationRules.DecideCursor(State, member, request.DeliveredSeq, request.ReadSeq) is not { } position)
        {
            return Outcome(ConversationStatus.AlreadyAccepted);
        }

        State.MoveCursors(member.User, position.DeliveredSeq, position.ReadSeq);
        ports.Cursors.Advance(position);
        if (State.Members.Count <= _options.CursorSignalMembers)
        {
            Send(new MemberSignal(SignalKind.Cursor, request.Caller, position.DeliveredSeq, position.ReadSeq, []));
        }

        return Outcome(ConversationStatus.Accepted);
    }

    /// <inheritdoc/>
    public async Task<ConversationOutcome> Signal(SendSignal request)
    {
        ConversationStatus status = ConversationRules.CheckDevice(State, request.Caller);
        if (status == ConversationStatus.Accepted && request.Payload.Length > Limits.SignalBytes)
        {
            status = ConversationStatus.PayloadTooLarge;
        }

        if (status == ConversationStatus.Accepted)
        {
            await WatchMembersAsync();
            Send(new MemberSignal(SignalKind.Typing, request.Caller, 0, 0, request.Payload));
        }

        return new ConversationOutcome(status);
    }

    private static Task<ConversationOutcome> Outcome(ConversationStatus status) => Task.FromResult(new ConversationOutcome(status));

    /// <summary>The device is in: it sends, or has read past its Welcome. Storage hears of it once; if that is lost the Welcome stays a while.</summary>
    private void NoteJoined(Caller device)
    {
        if (State?.LeafOf(device) is { Joined: false } leaf)
        {
            State.MarkJoined(leaf);
            _ = MarkJoinedAsync(leaf.Index);
        }
    }

    private async Task MarkJoinedAsync(int leaf)
    {
        try
        {
            await ports.Upkeep.MarkJoinedAsync(_id, leaf, CancellationToken.None);
        }
        catch (Exception problem)
        {
            LogMarkJoinedFailed(problem, _id);
        }
    }
}
