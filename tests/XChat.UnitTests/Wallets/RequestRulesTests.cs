using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.PaymentRequests;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>What may be asked for and answered, and which refusal comes first.</summary>
public sealed class RequestRulesTests
{
    private const long Now = 1_800_000_000_000;
    private static readonly Caller Alice = new(UserId.New(), DeviceId.New());
    private static readonly UserId Bob = UserId.New();
    private static readonly UserId Carol = UserId.New();
    private static readonly Guid Id = Guid.NewGuid();

    private static readonly RequestPayment Bill = new(
        Alice, ConversationId.New(), Split: true, new Currency("EUR"), 100, [new(Alice.User, 34), new(Bob, 33), new(Carol, 33)]);

    public static TheoryData<string, PaymentRequestStatus> Refusals => new()
    {
        { "nobody", PaymentRequestStatus.RequestInvalid },
        { "twice", PaymentRequestStatus.RequestInvalid },
        { "several without a split", PaymentRequestStatus.RequestInvalid },
        { "no currency", PaymentRequestStatus.RequestInvalid },
        { "zero share", PaymentRequestStatus.AmountInvalid },
        { "negative", PaymentRequestStatus.AmountInvalid },
        { "too large", PaymentRequestStatus.AmountTooLarge },
        { "overflow", PaymentRequestStatus.AmountTooLarge },
        { "does not sum", PaymentRequestStatus.SharesDoNotSum },
        { "sum overflows to the total", PaymentRequestStatus.SharesDoNotSum },
        { "self", PaymentRequestStatus.SelfPayment },
        { "good", PaymentRequestStatus.Accepted },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void The_first_refusal_that_applies_is_the_answer(string what, PaymentRequestStatus expected)
    {
        RequestPayment asked = what switch
        {
            "nobody" => Bill with { Shares = [] },
            "twice" => Bill with { Shares = [new(Bob, 50), new(Bob, 50)] },
            "several without a split" => Bill with { Split = false },
            "no currency" => Bill with { Currency = new Currency("XXX") },
            "zero share" => Bill with { Shares = [new(Bob, 100), new(Carol, 0)] },
            "negative" => Bill with { TotalMinorUnits = -1, Shares = [new(Bob, -1)] },
            "too large" => Bill with { TotalMinorUnits = Limits.TransferMinorUnits + 1, Shares = [new(Bob, Limits.TransferMinorUnits + 1)] },
            "overflow" => Bill with { TotalMinorUnits = long.MaxValue, Shares = [new(Bob, long.MaxValue), new(Carol, long.MaxValue)] },
            "does not sum" => Bill with { Shares = [new(Bob, 50), new(Carol, 49)] },
            "sum overflows to the total" => Bill with
            {
                TotalMinorUnits = 2, Shares = [new(Alice.User, long.MaxValue), new(Bob, long.MaxValue), new(Carol, 4)],
            },
            "self" => Bill with { Shares = [new(Alice.User, 100)] },
            _ => Bill,
        };

        Assert.Equal(expected, RequestRules.CheckRequest(Id, asked));
    }

    [Fact]
    public void Everybody_has_to_be_in_the_conversation()
    {
        Assert.Equal(PaymentRequestStatus.Accepted, RequestRules.CheckConversation(new MembersFound(ConversationType.Group, [Carol, Alice.User, Bob]), Bill));
        Assert.Equal(PaymentRequestStatus.NotMember, RequestRules.CheckConversation(new MembersFound(ConversationType.Group, [Alice.User, Bob]), Bill));
        Assert.Equal(PaymentRequestStatus.NotMember, RequestRules.CheckConversation(new MembersFound(ConversationType.Group, [Carol, Bob]), Bill));
    }

    [Fact]
    public void Only_the_order_for_the_very_share_pays_it()
    {
        StoredRequest request = RequestRules.ToRequest(Id, Bill, Now);
        PaymentOrder order = OrderOf(Bob);
        PaymentOrder[] others =
        [
            order with { Payee = Carol.Value },
            order with { Amount = new Money(34, Bill.Currency) },
            order with { Amount = new Money(33, new Currency("USD")) },
            order with { Reference = Guid.NewGuid() },
            order with { Kind = PaymentKind.WithAcceptance },
            order with { Reason = TransferReason.RequestPaid },
            order with { Payer = Carol.Value },
        ];

        Assert.Equal(PaymentRequestStatus.Accepted, RequestRules.CheckPayment(request, Bob, order, Now));
        Assert.All(others, other => Assert.Equal(PaymentRequestStatus.OrderMismatch, RequestRules.CheckPayment(request, Bob, other, Now)));
        Assert.Equal(PaymentRequestStatus.NotMember, RequestRules.CheckPayment(request, UserId.New(), order, Now));
        Assert.Equal(PaymentRequestStatus.NotAllowed, RequestRules.CheckPayment(request, Alice.User, order, Now));
    }

    [Fact]
    public void A_share_is_paid_or_declined_once_and_only_in_time()
    {
        StoredRequest request = RequestRules.ToRequest(Id, Bill, Now);
        StoredShare share = request.ShareOf(Bob)!;
        PaymentOrder order = OrderOf(Bob);
        long over = Now + (Limits.PaymentRequestSeconds * 1000L);

        PaymentRequestStatus Pay(StoredRequest one, long now = Now) => RequestRules.CheckPayment(one, Bob, order, now);
        Assert.Equal(PaymentRequestStatus.Paid, Pay(request.With(share with { State = ShareState.Paid })));
        Assert.Equal(PaymentRequestStatus.Declined, Pay(request.With(share with { State = ShareState.Declined })));
        Assert.Equal(PaymentRequestStatus.PaymentUnderWay, Pay(request.With(share with { State = ShareState.Paying })));
        Assert.Equal(PaymentRequestStatus.Cancelled, Pay(request with { CancelledAtMs = Now }, over));
        Assert.Equal(PaymentRequestStatus.Accepted, Pay(request, over - 1));
        Assert.Equal(PaymentRequestStatus.Expired, Pay(request, over));
    }

    [Fact]
    public void Who_asks_cancels_and_who_is_asked_declines()
    {
        StoredRequest request = RequestRules.ToRequest(Id, Bill, Now);
        Caller bob = new(Bob, DeviceId.New());
        Caller stranger = new(UserId.New(), DeviceId.New());

        Assert.Equal(PaymentRequestStatus.Accepted, RequestRules.CheckAnswer(request, new AnswerRequest(Alice, Cancel: true), Now));
        Assert.Equal(PaymentRequestStatus.Accepted, RequestRules.CheckAnswer(request, new AnswerRequest(bob, Cancel: false), Now));
        Assert.Equal(PaymentRequestStatus.NotAllowed, RequestRules.CheckAnswer(request, new AnswerRequest(bob, Cancel: true), Now));
        Assert.Equal(PaymentRequestStatus.NotAllowed, RequestRules.CheckAnswer(request, new AnswerRequest(Alice, Cancel: false), Now));
        Assert.Equal(PaymentRequestStatus.NotMember, RequestRules.CheckAnswer(request, new AnswerRequest(stranger, Cancel: false), Now));
        Assert.Equal(
            PaymentRequestStatus.AlreadyAccepted, RequestRules.CheckAnswer(request with { CancelledAtMs = Now }, new AnswerRequest(Alice, Cancel: true), Now));
    }

    private static PaymentOrder OrderOf(UserId payer) => new(
        payer.Value, Guid.NewGuid(), Alice.User.Value, new Money(33, Bill.Currency), TransferId.New(), Now + 1000, PaymentKind.Instant,
        TransferReason.SplitShare, Bill.Conversation.Value, Id, new byte[32]);
}
