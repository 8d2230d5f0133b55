using XChat.Frontend.Requests;
using XChat.Frontend.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<DisputeResult> OpenDispute(OpenDisputeRequest request)
    {
        TransferId payment = new(Field.Id(Field.Required(request).Transfer));
        string reason = Field.Text(request.Reason, Limits.DisputeReasonLength);
        return DisputeWireRecords.Of(await cluster.Dispute(payment).Open(new OpenDispute(Caller, reason)));
    }

    public async Task<DisputeResult> WithdrawDispute(Guid transfer) =>
        DisputeWireRecords.Of(await cluster.Dispute(new TransferId(Field.Id(transfer))).Withdraw(new WithdrawDispute(Caller)));

    public async Task<DisputeResult> GetDispute(Guid transfer) =>
        DisputeWireRecords.Of(await cluster.Dispute(new TransferId(Field.Id(transfer))).Describe(new DescribeDispute(Caller)));
}
