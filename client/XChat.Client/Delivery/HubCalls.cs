using System.Net.WebSockets;

using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.History;
using XChat.Protocol.Reports;
using XChat.Protocol.Transparency;
using XChat.Protocol.Wallets;

namespace XChat.Client.Delivery;

/// <summary>The server's hub over a connection. Failures of a call as a whole become <see cref="XChatException"/>s.</summary>
internal sealed class HubCalls(HubConnection connection) : IChatHub
{
    /// <summary>Past this the outcome counts as unknown; the call is repeated with its id.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _retired;

    /// <summary>Completes when no call is on its way any more. Asked once nobody begins new ones.</summary>
    public Task WhenIdleAsync()
    {
        _retired = true;
        if (Volatile.Read(ref _running) == 0)
        {
            _ = _idle.TrySetResult();
        }

        return _idle.Task;
    }

    public Task<FindAccountResult> FindAccountByHandle(string handle) => CallAsync<FindAccountResult>(nameof(FindAccountByHandle), handle);

    public Task<FindAccountResult> FindAccount(Guid user) => CallAsync<FindAccountResult>(nameof(FindAccount), user);

    public Task<PublishDeviceListResult> PublishDeviceList(PublishDeviceListRequest request) =>
        CallAsync<PublishDeviceListResult>(nameof(PublishDeviceList), request);

    public Task<PublishKeyPackagesResult> PublishKeyPackages(PublishKeyPackagesRequest request) =>
        CallAsync<PublishKeyPackagesResult>(nameof(PublishKeyPackages), request);

    public Task<ClaimKeyPackagesResult> ClaimKeyPackages(ClaimKeyPackagesRequest request) =>
        CallAsync<ClaimKeyPackagesResult>(nameof(ClaimKeyPackages), request);

    public Task<EntryResult> CreateConversation(CreateConversationRequest request) => CallAsync<EntryResult>(nameof(CreateConversation), request);

    public Task<EntryResult> SendMessage(SendMessageRequest request) => CallAsync<EntryResult>(nameof(SendMessage), request);

    public Task<EntryResult> CommitEpoch(CommitEpochRequest request) => CallAsync<EntryResult>(nameof(CommitEpoch), request);

    public Task<EntryResult> RestartGroup(RestartGroupRequest request) => CallAsync<EntryResult>(nameof(RestartGroup), request);

    public Task<EntryResult> ReportEpoch(ReportEpochRequest request) => CallAsync<EntryResult>(nameof(ReportEpoch), request);

    public Task<EntryResult> ChangeRole(ChangeRoleRequest request) => CallAsync<EntryResult>(nameof(ChangeRole), request);

    public Task<EntryResult> LeaveConversation(LeaveConversationRequest request) => CallAsync<EntryResult>(nameof(LeaveConversation), request);

    public Task<EntryResult> DeleteMessage(DeleteMessageRequest request) => CallAsync<EntryResult>(nameof(DeleteMessage), request);

    public Task<EntryResult> SetTimer(SetTimerRequest request) => CallAsync<EntryResult>(nameof(SetTimer), request);

    public Task<ConversationResult> AdvanceCursor(AdvanceCursorRequest request) => CallAsync<ConversationResult>(nameof(AdvanceCursor), request);

    public Task<ReadEntriesResult> ReadEntries(ReadEntriesRequest request) => CallAsync<ReadEntriesResult>(nameof(ReadEntries), request);

    public Task<ListConversationsResult> ListConversations(ListConversationsRequest request) =>
        CallAsync<ListConversationsResult>(nameof(ListConversations), request);

    public Task<GetConversationResult> GetConversation(Guid conversation) => CallAsync<GetConversationResult>(nameof(GetConversation), conversation);

    public Task<GetWelcomeResult> GetWelcome(Guid conversation) => CallAsync<GetWelcomeResult>(nameof(GetWelcome), conversation);

    public Task<ConversationResult> SendSignal(SendSignalRequest request) => CallAsync<ConversationResult>(nameof(SendSignal), request);

    public Task<LookUpStatementResult> LookUpStatement(LookUpStatementRequest request) =>
        CallAsync<LookUpStatementResult>(nameof(LookUpStatement), request);

    public Task<LogHeadView> GetLogHead(GetLogHeadRequest request) => CallAsync<LogHeadView>(nameof(GetLogHead), request);

    public Task<GetLogKeysResult> GetLogKeys(int fromNumber) => CallAsync<GetLogKeysResult>(nameof(GetLogKeys), fromNumber);

    public Task<ReportMessageResult> ReportMessage(ReportMessageRequest request) => CallAsync<ReportMessageResult>(nameof(ReportMessage), request);

    public Task<AppendHistoryResult> AppendHistory(AppendHistoryRequest request) => CallAsync<AppendHistoryResult>(nameof(AppendHistory), request);

    public Task<ReadHistoryResult> ReadHistory(ReadHistoryRequest request) => CallAsync<ReadHistoryResult>(nameof(ReadHistory), request);

    public Task<PaymentResult> Pay(PayRequest request) => CallAsync<PaymentResult>(nameof(Pay), request);

    public Task<PaymentResult> ResolvePayment(ResolvePaymentRequest request) => CallAsync<PaymentResult>(nameof(ResolvePayment), request);

    public Task<GetBalancesResult> GetBalances(GetBalancesRequest request) => CallAsync<GetBalancesResult>(nameof(GetBalances), request);

    public Task<GetStatementResult> GetStatement(GetStatementRequest request) => CallAsync<GetStatementResult>(nameof(GetStatement), request);

    public Task<GetTransferResult> GetTransfer(Guid transfer) => CallAsync<GetTransferResult>(nameof(GetTransfer), transfer);

    public Task<DisputeResult> OpenDispute(OpenDisputeRequest request) => CallAsync<DisputeResult>(nameof(OpenDispute), request);

    public Task<DisputeResult> WithdrawDispute(Guid transfer) => CallAsync<DisputeResult>(nameof(WithdrawDispute), transfer);

    public Task<DisputeResult> GetDispute(Guid transfer) => CallAsync<DisputeResult>(nameof(GetDispute), transfer);

    public Task<CreateRedPacketResult> CreateRedPacket(CreateRedPacketRequest request) => CallAsync<CreateRedPacketResult>(nameof(CreateRedPacket), request);

    public Task<OpenRedPacketResult> OpenRedPacket(Guid packet) => CallAsync<OpenRedPacketResult>(nameof(OpenRedPacket), packet);

    public Task<GetRedPacketResult> GetRedPacket(Guid packet) => CallAsync<GetRedPacketResult>(nameof(GetRedPacket), packet);

    public Task<PaymentRequestResult> RequestPayment(CreatePaymentRequest request) => CallAsync<PaymentRequestResult>(nameof(RequestPayment), request);

    public Task<PaymentRequestResult> AnswerRequest(AnswerPaymentRequest request) => CallAsync<PaymentRequestResult>(nameof(AnswerRequest), request);

    public Task<GetPaymentRequestResult> GetPaymentRequest(Guid request) => CallAsync<GetPaymentRequestResult>(nameof(GetPaymentRequest), request);

    public Task<ListPaymentRequestsResult> ListPaymentRequests(ListPaymentRequestsRequest request) =>
        CallAsync<ListPaymentRequestsResult>(nameof(ListPaymentRequests), request);

    public Task<ListRailsResult> ListRails(ListRailsRequest request) => CallAsync<ListRailsResult>(nameof(ListRails), request);

    public Task<RailPaymentResult> Deposit(DepositRequest request) => CallAsync<RailPaymentResult>(nameof(Deposit), request);

    public Task<RailPaymentResult> Withdraw(WithdrawRequest request) => CallAsync<RailPaymentResult>(nameof(Withdraw), request);

    public Task<RailPaymentResult> GetRailPayment(Guid payment) => CallAsync<RailPaymentResult>(nameof(GetRailPayment), payment);

    public Task<PaymentResult> RedeemPayerCode(RedeemPayerCodeRequest request) => CallAsync<PaymentResult>(nameof(RedeemPayerCode), request);

    private async Task<T> CallAsync<T>(string method, object argument)
    {
        using CancellationTokenSource patience = new(Patience);
        _ = Interlocked.Increment(ref _running);
        try
        {
            return await connection.InvokeAsync<T>(method, argument, patience.Token);
        }
        catch (HubException refusal)
        {
            throw Explain(refusal);
        }
        catch (Exception lost) when (lost
            is OperationCanceledException or InvalidOperationException or IOException or WebSocketException or HttpRequestException)
        {
            throw new XChatException(
                ClientErrorReason.ServerUnreachable, "The connection was lost before the server answered; what was asked is repeated by itself.", lost);
        }
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0 && _retired)
            {
                _ = _idle.TrySetResult();
            }
        }
    }

    /// <summary>A hub error reads "reason: text", behind what SignalR puts in front of it.</summary>
    private static XChatException Explain(HubException refusal)
    {
        string? reason = ErrorReason.All.FirstOrDefault(known => refusal.Message.Contains(known + ":", StringComparison.Ordinal));
        string text = reason is null ? refusal.Message : refusal.Message.Split(reason + ":", 2)[1].Trim();
        return reason switch
        {
            ErrorReason.RateLimited => new XChatException(ClientErrorReason.RateLimited, text, refusal),
            ErrorReason.Unauthenticated => new XChatException(ClientErrorReason.SignInRefused, text, refusal),
            ErrorReason.Unavailable or ErrorReason.Internal => new XChatException(
                ClientErrorReason.ServerUnreachable, $"The server cannot answer now ({text}); what was asked is repeated by itself.", refusal),
            _ => new XChatException(ClientErrorReason.ProtocolMismatch, $"The server did not understand the call: {text}", refusal),
        };
    }
}
