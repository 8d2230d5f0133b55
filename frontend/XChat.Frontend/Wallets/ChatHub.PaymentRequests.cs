using XChat.Frontend.Requests;
using XChat.Frontend.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<PaymentRequestResult> RequestPayment(CreatePaymentRequest request)
    {
        Guid id = Field.Id(Field.Required(request).Request);
        Money total = MoneyField.Read(request.Total);
        RequestPayment asked = new(
            Caller,
            Field.Conversation(request.Conversation),
            request.Split,
            total.Currency,
            total.MinorUnits,
            [
                .. Field.List(request.Shares, 1, Limits.GroupMembers).Select(share => new ShareAsked(
                    Field.User(Field.Required(share, nameof(request.Shares)).User, nameof(request.Shares)),
                    MoneyField.ReadIn(total.Currency, share.Amount, nameof(request.Shares)))),
            ]);
        return ChatPaymentRecords.Of(await cluster.PaymentRequest(id).Create(asked));
    }

    public async Task<PaymentRequestResult> AnswerRequest(AnswerPaymentRequest request)
    {
        Guid id = Field.Id(Field.Required(request).Request);
        return ChatPaymentRecords.Of(await cluster.PaymentRequest(id).Answer(new AnswerRequest(Caller, request.Cancel)));
    }

    public async Task<GetPaymentRequestResult> GetPaymentRequest(Guid request)
    {
        PaymentRequestDescribed described = await cluster.PaymentRequest(Field.Id(request)).Describe(new DescribeRequest(Caller));
        return new GetPaymentRequestResult(described.Status, described.Request is { } found ? ChatPaymentRecords.Of(found) : null);
    }

    public async Task<ListPaymentRequestsResult> ListPaymentRequests(ListPaymentRequestsRequest request)
    {
        int limit = Field.InRange(Field.Required(request).Limit, 1, Limits.PaymentRequestsPerPage);
        PaymentRequestPage page = await cluster.PaymentRequestList(Caller.User).List(new ListRequests(Caller, request.Before, limit));
        return new ListPaymentRequestsResult([.. page.Requests.Select(ChatPaymentRecords.Of)], page.More);
    }
}
