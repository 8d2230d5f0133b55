using System.Runtime.CompilerServices;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Reports;
using XChat.Grains.Accounts;
using XChat.Grains.Conversations;
using XChat.Grains.Reports;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.History;
using XChat.Protocol.Reports;
using XChat.Protocol.Transparency;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Client;

/// <summary>One device's connection to a <see cref="RuledServer"/>.</summary>
internal sealed class RuledHub(RuledServer server, Caller caller, IChatClient client) : IChatHub
{
    public Caller Caller => caller;

    public IChatClient Client => client;

    public Task<FindAccountResult> FindAccountByHandle(string handle) =>
        RunAsync(handle, default, () => new FindAccountResult(server.Find(view => view.Handle == handle)));

    public Task<FindAccountResult> FindAccount(Guid user) => RunAsync(user, default, () => new FindAccountResult(server.Find(view => view.User == user)));

    public Task<PublishDeviceListResult> PublishDeviceList(PublishDeviceListRequest request) => RunAsync(request, default, () =>
    {
        PublishDecision decision = server.Decide(caller, request.DeviceList);
        return new PublishDeviceListResult(decision.Status, decision.Write?.Version ?? 0);
    });

    public Task<ReportMessageResult> ReportMessage(ReportMessageRequest request) => RunAsync(request, request.Conversation, () =>
    {
        LogEntry? entry = server.Conversation(request.Conversation).Log.FirstOrDefault(one => one.Seq == request.Seq);
        ReportMessage report = new(caller, new ConversationId(request.Conversation), request.Seq, request.Content, request.Key, request.Reason);
        return new ReportMessageResult(ReportRules.Check(report, entry));
    });

    public Task<AppendHistoryResult> AppendHistory(AppendHistoryRequest request) =>
        RunAsync(request, default, () => server.AppendHistory(caller.User.Value, request));

    public Task<ReadHistoryResult> ReadHistory(ReadHistoryRequest request) =>
        RunAsync(request, default, () => server.ReadHistory(caller.User.Value, request));

    public Task<PublishKeyPackagesResult> PublishKeyPackages(PublishKeyPackagesRequest request) =>
        RunAsync(request, default, () => new PublishKeyPackagesResult(KeyPackageStatus.Accepted, server.Publish(caller, request)));

    public Task<ClaimKeyPackagesResult> ClaimKeyPackages(ClaimKeyPackagesRequest request) =>
        RunAsync(request, default, () => new ClaimKeyPackagesResult(server.Claim(request.Users)));

    public Task<EntryResult> CreateConversation(CreateConversationRequest request) => RunAsync(request, request.Conversation, () =>
    {
        RuledConversation log = server.Conversation(request.Conversation);
        CreateConversation command = new(caller, new MessageId(request.Message), request.Type, request.Group, request.Commit, request.Welcome);
        return log.Change(
            Entry(EntryKind.Commit, request.Message, request.Commit),
            () => ConversationRules.DecideCreate(
                log.State, new ConversationId(request.Conversation), command, CommitFacts.TryRead(request.Commit), server.Certified(), log.Next));
    });

    public Task<EntryResult> SendMessage(SendMessageRequest request) =>
        RunAsync(request, request.Conversation, () => server.Conversation(request.Conversation).Append(caller, request));

    public Task<EntryResult> CommitEpoch(CommitEpochRequest request) => RunAsync(request, request.Conversation, () =>
    {
        RuledConversation log = server.Conversation(request.Conversation);
        CommitEpoch command = new(caller, new MessageId(request.Message), request.Commit, request.Welcome);
        return log.Change(
            Entry(EntryKind.Commit, request.Message, request.Commit),
            () => ConversationRules.DecideCommit(log.State, command, CommitFacts.TryRead(request.Commit), server.Certified(), log.Next));
    });

    public Task<EntryResult> RestartGroup(RestartGroupRequest request) => RunAsync(request, request.Conversation, () =>
    {
        RuledConversation log = server.Conversation(request.Conversation);
        RestartGroup command = new(caller, new MessageId(request.Message), request.Group, request.Commit, request.Welcome);
        return log.Change(
            Entry(EntryKind.GroupRestarted, request.Message, request.Commit) with { Target = request.Group },
            () => ConversationRules.DecideRestart(log.State, command, CommitFacts.TryRead(request.Commit), server.Certified(), log.Next));
    });

    public Task<EntryResult> ReportEpoch(ReportEpochRequest request) =>
        ChangeAsync(request, request.Conversation, request.Message, EntryKind.EpochReported, request.Epoch);

    public Task<EntryResult> ChangeRole(ChangeRoleRequest request) => ChangeAsync(
        request, request.Conversation, request.Message, EntryKind.RoleChanged, (long)request.Role, request.User, request.Role);

    public Task<EntryResult> LeaveConversation(LeaveConversationRequest request) =>
        ChangeAsync(request, request.Conversation, request.Message, EntryKind.MemberLeft, 0);

    public Task<EntryResult> DeleteMessage(DeleteMessageRequest request) => RunAsync(request, request.Conversation, () =>
    {
        RuledConversation log = server.Conversation(request.Conversation);
        DeleteMessage command = new(caller, new MessageId(request.Message), request.Seq);
        LogEntry? target = log.Log.ElementAtOrDefault((int)request.Seq - 1);
        return log.Change(
            Entry(EntryKind.MessageDeleted, request.Message, []) with { Value = request.Seq },
            () => ConversationRules.DecideDelete(log.State, command, target, log.Next));
    });

    public Task<EntryResult> SetTimer(SetTimerRequest request) => throw new NotSupportedException();

    public Task<ConversationResult> AdvanceCursor(AdvanceCursorRequest request) =>
        RunAsync(request, default, () => new ConversationResult(ConversationStatus.Accepted));

    public Task<ReadEntriesResult> ReadEntries(ReadEntriesRequest request) =>
        RunAsync(request, default, () => server.Conversation(request.Conversation).Read(caller, request));

    public Task<ListConversationsResult> ListConversations(ListConversationsRequest request) =>
        RunAsync(request, default, () => new ListConversationsResult(server.List(caller), false));

    public Task<GetConversationResult> GetConversation(Guid conversation) => RunAsync(conversation, default, () =>
    {
        GetConversationResult described = server.Conversation(conversation).Describe(caller);
        return described.Conversation is null ? described : described with { Conversation = server.View(described.Conversation) };
    });

    public Task<GetWelcomeResult> GetWelcome(Guid conversation) =>
        RunAsync(conversation, default, () => server.Welcome(server.Conversation(conversation).Welcome(caller)));

    public Task<ConversationResult> SendSignal(SendSignalRequest request) => throw new NotSupportedException();

    public Task<LookUpStatementResult> LookUpStatement(LookUpStatementRequest request) =>
        RunAsync(request, default, () => server.KeyLogFor(caller).LookUp(request));

    public Task<LogHeadView> GetLogHead(GetLogHeadRequest request) => RunAsync(request, default, () => server.KeyLogFor(caller).Head(request.FromSize));

    public Task<GetLogKeysResult> GetLogKeys(int fromNumber) => RunAsync(fromNumber, default, () => server.KeyLogFor(caller).Keys());

    public Task<PaymentResult> Pay(PayRequest request) =>
        RunAsync(request, RuledWallets.ConversationOf(request), () => server.Wallets.Pay(server, caller, request));

    public Task<PaymentResult> ResolvePayment(ResolvePaymentRequest request) => throw new NotSupportedException();

    public Task<GetBalancesResult> GetBalances(GetBalancesRequest request) => throw new NotSupportedException();

    public Task<GetStatementResult> GetStatement(GetStatementRequest request) => throw new NotSupportedException();

    public Task<GetTransferResult> GetTransfer(Guid transfer) => throw new NotSupportedException();

    public Task<DisputeResult> OpenDispute(OpenDisputeRequest request) => throw new NotSupportedException();

    public Task<DisputeResult> WithdrawDispute(Guid transfer) => throw new NotSupportedException();

    public Task<DisputeResult> GetDispute(Guid transfer) => throw new NotSupportedException();

    public Task<CreateRedPacketResult> CreateRedPacket(CreateRedPacketRequest request) => throw new NotSupportedException();

    public Task<OpenRedPacketResult> OpenRedPacket(Guid packet) => throw new NotSupportedException();

    public Task<GetRedPacketResult> GetRedPacket(Guid packet) => throw new NotSupportedException();

    public Task<PaymentRequestResult> RequestPayment(CreatePaymentRequest request) => throw new NotSupportedException();

    public Task<PaymentRequestResult> AnswerRequest(AnswerPaymentRequest request) => throw new NotSupportedException();

    public Task<GetPaymentRequestResult> GetPaymentRequest(Guid request) => throw new NotSupportedException();

    public Task<ListPaymentRequestsResult> ListPaymentRequests(ListPaymentRequestsRequest request) => throw new NotSupportedException();

    public Task<ListRailsResult> ListRails(ListRailsRequest request) => throw new NotSupportedException();

    public Task<RailPaymentResult> Deposit(DepositRequest request) => throw new NotSupportedException();

    public Task<RailPaymentResult> Withdraw(WithdrawRequest request) => throw new NotSupportedException();

    public Task<PaymentResult> RedeemPayerCode(RedeemPayerCodeRequest request) => throw new NotSupportedException();

    public Task<RailPaymentResult> GetRailPayment(Guid payment) => throw new NotSupportedException();

    private Task<EntryResult> ChangeAsync(
        object request, Guid conversation, Guid message, EntryKind kind, long value, Guid target = default, MemberRole role = default,
        [CallerMemberName] string method = "") => RunAsync(
        request,
        conversation,
        () =>
        {
            RuledConversation log = server.Conversation(conversation);
            ChangeMembership command = new(caller, new MessageId(message), kind, new UserId(target), role, value);
            return log.Change(
                Entry(kind, message, []) with { Value = value, Target = target }, () => ConversationRules.DecideChange(log.State, command, log.Next));
        },
        method);

    private LogEntry Entry(EntryKind kind, Guid message, byte[] payload) => new(0, kind, caller, new MessageId(message), 0, 0, 0, default, 0, payload);

    private async Task<T> RunAsync<T>(object? request, Guid conversation, Func<T> call, [CallerMemberName] string method = "")
    {
        await Task.Yield();
        return server.Run(caller, method, request, conversation, call);
    }
}
