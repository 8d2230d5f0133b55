using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>The MLS Delivery Service: members, leaves, epochs.</summary>
public sealed partial class ConversationGrain
{
    private const int DescribeParallelism = 16;

    /// <inheritdoc/>
    public async Task<EntryAppended> Create(CreateConversation request)
    {
        await BecomeReadyAsync();
        CommitFacts? facts = State is null ? CommitFacts.TryRead(request.Commit) : null;
        CertifiedDevices certified = await DescribeAsync(request.Caller, facts);
        EntryAppended answer = await ChangeAsync(
            Command(EntryKind.Commit, request.Caller, request.Message, payload: request.Commit),
            (state, place) => ConversationRules.DecideCreate(state, _id, request, facts, certified, place));
        await CatchUpAsync(answer.Status, facts);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<EntryAppended> Commit(CommitEpoch request)
    {
        CommitFacts? facts = await ReadOfMemberAsync(request.Caller, request.Commit);
        CertifiedDevices certified = await DescribeAsync(request.Caller, facts?.Epoch >= State?.Epoch ? facts : null);
        EntryAppended answer = await ChangeAsync(
            Command(EntryKind.Commit, request.Caller, request.Message, payload: request.Commit),
            (state, place) => ConversationRules.DecideCommit(state, request, facts, certified, place));
        await CatchUpAsync(answer.Status, facts);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<EntryAppended> Restart(RestartGroup request)
    {
        CommitFacts? facts = await ReadOfMemberAsync(request.Caller, request.Commit);
        CertifiedDevices certified = await DescribeAsync(request.Caller, facts);
        return await ChangeAsync(
            Command(EntryKind.GroupRestarted, request.Caller, request.Message, request.Group, payload: request.Commit),
            (state, place) => ConversationRules.DecideRestart(state, request, facts, certified, place));
    }

    /// <inheritdoc/>
    public Task<EntryAppended> Change(ChangeMembership request) => ChangeAsync(
        request.Kind switch
        {
            EntryKind.RoleChanged => Command(request.Kind, request.Caller, request.Message, request.Target.Value, (long)request.Role),
            EntryKind.EpochReported => Command(request.Kind, request.Caller, request.Message, value: request.Value),
            _ => Command(request.Kind, request.Caller, request.Message),
        },
        (state, place) => ConversationRules.DecideChange(state, request, place));

    /// <inheritdoc/>
    public async Task<ConversationOutcome> RefreshDevices(RefreshDevices request)
    {
        EntryAppended answer = await ChangeAsync(
            Command(
                EntryKind.DevicesChanged, new Caller(request.User, DeviceId.Empty),
                ConversationRules.DevicesMessage(request.User, request.Version), value: request.Version),
            (state, place) => ConversationRules.DecideRefresh(state, request, place));
        return new ConversationOutcome(answer.Status);
    }

    /// <summary>Reading a commit verifies signatures: strangers do not get that much work done, nor do they learn anything.</summary>
    private async Task<CommitFacts?> ReadOfMemberAsync(Caller caller, byte[] commit)
    {
        await BecomeReadyAsync();
        return State?.MemberOf(caller.User) is null ? null : CommitFacts.TryRead(commit);
    }

    /// <summary>
    /// The certified devices of the caller and of everyone whose devices the commit adds, some accounts at a time. Nobody is asked about a commit
    /// that is refused anyway.
    /// </summary>
    private async Task<CertifiedDevices> DescribeAsync(Caller caller, CommitFacts? facts)
    {
        if (facts is null)
        {
            return CertifiedDevices.None;
        }

        Dictionary<UserId, AccountDescription> accounts = [];
        IEnumerable<UserId> users = facts.Adds.Select(claim => claim.Device.User).Append(caller.User).Distinct();
        foreach (UserId[] some in users.Chunk(DescribeParallelism))
        {
            AccountDescription[] described = await Task.WhenAll(some.Select(ports.Devices.DescribeAsync));
            foreach ((UserId user, AccountDescription account) in some.Zip(described))
            {
                accounts[user] = account;
            }
        }

        return new CertifiedDevices(accounts);
    }

    /// <summary>
    /// An account that published a device list between our question and the commit did not know yet that this conversation concerns it. Asking
    /// once more closes that gap. The commit stands whatever comes of it.
    /// </summary>
    private async Task CatchUpAsync(ConversationStatus status, CommitFacts? facts)
    {
        if (status != ConversationStatus.Accepted || facts is null)
        {
            return;
        }

        foreach (UserId user in facts.Adds.Select(claim => claim.Device.User).Distinct())
        {
            try
            {
                AccountDescription account = await ports.Devices.DescribeAsync(user);
                if (_tail.State?.MemberOf(user) is { } member && account.DeviceListVersion > member.DeviceListVersion)
                {
                    await RefreshDevices(new(user, account.DeviceListVersion, [.. account.Devices.Select(device => device.Device)]));
                }
            }
            catch (Exception problem)
            {
                LogCatchUpFailed(problem, _id);
            }
        }
    }
}
