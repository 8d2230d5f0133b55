using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.History;
using XChat.Protocol.Reports;
using XChat.Protocol.Transparency;
using XChat.Protocol.Wallets;

namespace XChat.Protocol.Delivery;

/// <summary>
/// What a signed-in device can call. The caller is the device of the session; no request names it. Commands carry an id chosen by the device
/// and may be repeated with it. Failures of the call as a whole are <see cref="ErrorReason"/>s.
/// </summary>
public interface IChatHub
{
    /// <summary>Finds an account by handle, with or without '@'.</summary>
    Task<FindAccountResult> FindAccountByHandle(string handle);

    /// <summary>Finds an account by user id.</summary>
    Task<FindAccountResult> FindAccount(Guid user);

    /// <summary>Publishes the caller's next device list.</summary>
    Task<PublishDeviceListResult> PublishDeviceList(PublishDeviceListRequest request);

    /// <summary>Uploads key packages of the calling device.</summary>
    Task<PublishKeyPackagesResult> PublishKeyPackages(PublishKeyPackagesRequest request);

    /// <summary>Claims key packages in order to add people.</summary>
    Task<ClaimKeyPackagesResult> ClaimKeyPackages(ClaimKeyPackagesRequest request);

    /// <summary>Creates a conversation.</summary>
    Task<EntryResult> CreateConversation(CreateConversationRequest request);

    /// <summary>Sends an application message.</summary>
    Task<EntryResult> SendMessage(SendMessageRequest request);

    /// <summary>Commits an epoch change.</summary>
    Task<EntryResult> CommitEpoch(CommitEpochRequest request);

    /// <summary>Restarts the MLS group.</summary>
    Task<EntryResult> RestartGroup(RestartGroupRequest request);

    /// <summary>Reports a commit that the caller cannot process.</summary>
    Task<EntryResult> ReportEpoch(ReportEpochRequest request);

    /// <summary>Changes a role.</summary>
    Task<EntryResult> ChangeRole(ChangeRoleRequest request);

    /// <summary>Leaves a group.</summary>
    Task<EntryResult> LeaveConversation(LeaveConversationRequest request);

    /// <summary>Deletes a message for everyone.</summary>
    Task<EntryResult> DeleteMessage(DeleteMessageRequest request);

    /// <summary>Sets the timer.</summary>
    Task<EntryResult> SetTimer(SetTimerRequest request);

    /// <summary>Moves the caller's cursors.</summary>
    Task<ConversationResult> AdvanceCursor(AdvanceCursorRequest request);

    /// <summary>Reads a page of a log.</summary>
    Task<ReadEntriesResult> ReadEntries(ReadEntriesRequest request);

    /// <summary>Reads a page of the caller's conversations.</summary>
    Task<ListConversationsResult> ListConversations(ListConversationsRequest request);

    /// <summary>Reads one conversation's roster and state.</summary>
    Task<GetConversationResult> GetConversation(Guid conversation);

    /// <summary>Reads the Welcome that added the calling device.</summary>
    Task<GetWelcomeResult> GetWelcome(Guid conversation);

    /// <summary>Looks a handle up in the key log.</summary>
    Task<LookUpStatementResult> LookUpStatement(LookUpStatementRequest request);

    /// <summary>Reads the head of the key log.</summary>
    Task<LogHeadView> GetLogHead(GetLogHeadRequest request);

    /// <summary>Reads the keys that sign heads of the key log, from a number on.</summary>
    Task<GetLogKeysResult> GetLogKeys(int fromNumber);

    /// <summary>Shows the operator a message that the caller received, with proof.</summary>
    Task<ReportMessageResult> ReportMessage(ReportMessageRequest request);

    /// <summary>Appends an encrypted segment to the caller's history.</summary>
    Task<AppendHistoryResult> AppendHistory(AppendHistoryRequest request);

    /// <summary>Reads a page of the caller's history.</summary>
    Task<ReadHistoryResult> ReadHistory(ReadHistoryRequest request);

    /// <summary>Pushes a typing signal to the members who are online.</summary>
    Task<ConversationResult> SendSignal(SendSignalRequest request);

    /// <summary>Pays by an order that the calling device signed.</summary>
    Task<PaymentResult> Pay(PayRequest request);

    /// <summary>Accepts, declines or recalls a payment that waits for acceptance.</summary>
    Task<PaymentResult> ResolvePayment(ResolvePaymentRequest request);

    /// <summary>Reads the balances of the caller's wallets.</summary>
    Task<GetBalancesResult> GetBalances(GetBalancesRequest request);

    /// <summary>Reads a page of the caller's statement in a currency.</summary>
    Task<GetStatementResult> GetStatement(GetStatementRequest request);

    /// <summary>Reads a transfer to which the caller is a party, and how it stands now.</summary>
    Task<GetTransferResult> GetTransfer(Guid transfer);

    /// <summary>Disputes a payment that the caller made.</summary>
    Task<DisputeResult> OpenDispute(OpenDisputeRequest request);

    /// <summary>Takes a dispute of the caller back.</summary>
    Task<DisputeResult> WithdrawDispute(Guid transfer);

    /// <summary>Reads the dispute about a payment to which the caller is a party.</summary>
    Task<DisputeResult> GetDispute(Guid transfer);

    /// <summary>Fills a red packet by a signed order.</summary>
    Task<CreateRedPacketResult> CreateRedPacket(CreateRedPacketRequest request);

    /// <summary>Opens a red packet.</summary>
    Task<OpenRedPacketResult> OpenRedPacket(Guid packet);

    /// <summary>Reads a red packet and who has opened it.</summary>
    Task<GetRedPacketResult> GetRedPacket(Guid packet);

    /// <summary>Asks people in a conversation for money.</summary>
    Task<PaymentRequestResult> RequestPayment(CreatePaymentRequest request);

    /// <summary>Declines or cancels a request.</summary>
    Task<PaymentRequestResult> AnswerRequest(AnswerPaymentRequest request);

    /// <summary>Reads a request and how its shares stand.</summary>
    Task<GetPaymentRequestResult> GetPaymentRequest(Guid request);

    /// <summary>Reads a page of the requests that the caller has part in.</summary>
    Task<ListPaymentRequestsResult> ListPaymentRequests(ListPaymentRequestsRequest request);

    /// <summary>Reads the ways for money to come in and go out.</summary>
    Task<ListRailsResult> ListRails(ListRailsRequest request);

    /// <summary>Orders a deposit: the wallet is credited when the rail has settled it.</summary>
    Task<RailPaymentResult> Deposit(DepositRequest request);

    /// <summary>Orders a withdrawal by a signed order: the money is reserved now and leaves when the rail has settled it.</summary>
    Task<RailPaymentResult> Withdraw(WithdrawRequest request);

    /// <summary>Reads how a deposit or withdrawal of the caller stands.</summary>
    Task<RailPaymentResult> GetRailPayment(Guid payment);

    /// <summary>Takes a payment by a code that its payer shows and the payer's device signed.</summary>
    Task<PaymentResult> RedeemPayerCode(RedeemPayerCodeRequest request);
}
