using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What people rely on of payment requests and split bills.</summary>
public abstract class PaymentRequestContract : ChatPaymentContract
{
    [Fact]
    public async Task A_request_is_paid_once_and_says_so()
    {
        TestPayer[] people = await PeopleAsync(2);
        Guid id = Guid.CreateVersion7();
        PaymentRequestDecided asked = await AskAsync(people[1], id, split: false, 10_00, (people[0], 10_00));
        PayOrder order = Sign(people[0], people[1], id, 10_00, TransferReason.RequestPaid);

        RequestPaid paid = await Request(id).Pay(order);
        RequestPaid again = await Request(id).Pay(order);
        await Cluster.DeactivateAsync(Request(id));
        RequestPaid later = await Request(id).Pay(order);
        RequestPaid twice = await Request(id).Pay(Sign(people[0], people[1], id, 10_00, TransferReason.RequestPaid));

        Assert.Equal(PaymentRequestStatus.Accepted, asked.Status);
        Assert.Equal((PaymentRequestStatus.Accepted, WalletStatus.Accepted), (paid.Status, paid.Payment.Status));
        Assert.All(
            [again, later],
            one => Assert.Equal(new RequestPaid(PaymentRequestStatus.AlreadyAccepted, paid.Payment with { Status = WalletStatus.AlreadyAccepted }), one));
        Assert.Equal((PaymentRequestStatus.Paid, WalletStatus.RequestNotPayable), (twice.Status, twice.Payment.Status));
        Assert.Equal((90_00, 10_00), (await people[0].AvailableAsync(), await people[1].AvailableAsync()));
        ShareDescription share = Assert.Single((await DescribeAsync(people[1], id)).Request!.Shares);
        StatementEntry entry = (await people[0].Wallet.Statement(new ReadStatement(0, 1, StatementFilter.None))).Entries[0];
        Assert.Equal((ShareState.Paid, entry.Transfer), (share.State, share.Transfer));
        Assert.Equal((id, TransferReason.RequestPaid), (entry.Reference, entry.Reason));
    }

    [Fact]
    public async Task A_bill_is_split_and_everybody_pays_a_share()
    {
        TestPayer[] people = await PeopleAsync(3);
        await Cluster.FundAsync(people[1].User, 50_00);
        Guid id = Guid.CreateVersion7();
        await AskAsync(people[2], id, split: true, 100_00, (people[2], 33_34), (people[0], 33_33), (people[1], 33_33));

        await Request(id).Pay(Sign(people[0], people[2], id, 33_33, TransferReason.SplitShare));
        await Request(id).Pay(Sign(people[1], people[2], id, 33_33, TransferReason.SplitShare));

        RequestDescription now = (await DescribeAsync(people[0], id)).Request!;
        Assert.Equal([ShareState.Own, ShareState.Paid, ShareState.Paid], now.Shares.Select(share => share.State));
        Assert.Equal(66_66, await people[2].AvailableAsync());
        Assert.Equal(PaymentRequestStatus.Paid, (await AnswerAsync(people[2], id, cancel: true)).Status);
    }

    [Fact]
    public async Task A_payment_that_the_wallet_refuses_leaves_the_share_open()
    {
        TestPayer[] people = await PeopleAsync(2, firstHas: 5_00);
        Guid id = Guid.CreateVersion7();
        await AskAsync(people[1], id, split: false, 10_00, (people[0], 10_00));

        RequestPaid poor = await Request(id).Pay(Sign(people[0], people[1], id, 10_00, TransferReason.RequestPaid));
        PaymentOrder order = people[0].Order(people[1], 10_00, conversation: Group.Value) with { Reference = id, Reason = TransferReason.RequestPaid };
        RequestPaid longCard = await Request(id).Pay(people[0].Sign(order, new byte[5000]));
        ShareState between = (await DescribeAsync(people[0], id)).Request!.Shares[0].State;
        await Cluster.FundAsync(people[0].User, 5_00);
        RequestPaid paid = await Request(id).Pay(Sign(people[0], people[1], id, 10_00, TransferReason.RequestPaid));

        Assert.Equal((PaymentRequestStatus.Accepted, WalletStatus.InsufficientFunds), (poor.Status, poor.Payment.Status));
        Assert.Equal(WalletStatus.CardInvalid, longCard.Payment.Status);
        Assert.Equal(ShareState.Open, between);
        Assert.Equal(WalletStatus.Accepted, paid.Payment.Status);
    }

    [Fact]
    public async Task Declined_cancelled_and_late_requests_are_not_paid()
    {
        TestPayer[] people = await PeopleAsync(2);
        Guid[] ids = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        foreach (Guid id in ids)
        {
            await AskAsync(people[1], id, split: false, 10_00, (people[0], 10_00));
        }

        PaymentRequestDecided declined = await AnswerAsync(people[0], ids[0], cancel: false);
        PaymentRequestDecided cancelled = await AnswerAsync(people[1], ids[1], cancel: true);
        Cluster.Time.Advance(TimeSpan.FromSeconds(1));
        PaymentRequestStatus[] paid = new PaymentRequestStatus[3];
        paid[0] = (await Request(ids[0]).Pay(Sign(people[0], people[1], ids[0], 10_00, TransferReason.RequestPaid))).Status;
        paid[1] = (await Request(ids[1]).Pay(Sign(people[0], people[1], ids[1], 10_00, TransferReason.RequestPaid))).Status;
        Cluster.Time.Advance(TimeSpan.FromSeconds(Limits.PaymentRequestSeconds));
        paid[2] = (await Request(ids[2]).Pay(Sign(people[0], people[1], ids[2], 10_00, TransferReason.RequestPaid))).Status;

        Assert.Equal((PaymentRequestStatus.Accepted, PaymentRequestStatus.Accepted), (declined.Status, cancelled.Status));
        Assert.Equal([PaymentRequestStatus.Declined, PaymentRequestStatus.Cancelled, PaymentRequestStatus.Expired], paid);
        Assert.Equal(PaymentRequestStatus.AlreadyAccepted, (await AnswerAsync(people[0], ids[0], cancel: false)).Status);
        Assert.Equal(100_00, await people[0].AvailableAsync());
    }

    [Fact]
    public async Task Only_its_parties_see_and_answer_it_and_each_only_as_their_part_allows()
    {
        TestPayer[] people = await PeopleAsync(3);
        Guid id = Guid.CreateVersion7();
        await AskAsync(people[1], id, split: false, 10_00, (people[0], 10_00));

        Assert.Equal(PaymentRequestStatus.NotMember, (await DescribeAsync(people[2], id)).Status);
        Assert.Equal(PaymentRequestStatus.NotMember, (await AnswerAsync(people[2], id, cancel: true)).Status);
        Assert.Equal(PaymentRequestStatus.NotAllowed, (await AnswerAsync(people[0], id, cancel: true)).Status);
        Assert.Equal(PaymentRequestStatus.NotAllowed, (await AnswerAsync(people[1], id, cancel: false)).Status);
        Assert.Equal(
            PaymentRequestStatus.NotMember, (await Request(id).Pay(Sign(people[2], people[1], id, 10_00, TransferReason.RequestPaid))).Status);
        Assert.Equal(
            PaymentRequestStatus.OrderMismatch, (await Request(id).Pay(Sign(people[0], people[1], id, 9_99, TransferReason.RequestPaid))).Status);
        Assert.Equal(PaymentRequestStatus.NotMember, (await DescribeAsync(people[0], Guid.NewGuid())).Status);
    }

    [Fact]
    public async Task A_request_is_made_once_and_its_id_names_no_other()
    {
        TestPayer[] people = await PeopleAsync(2);
        TestPayer stranger = await TestPayer.CreateAsync(Cluster);
        Guid id = Guid.CreateVersion7();
        PaymentRequestDecided first = await AskAsync(people[1], id, split: false, 10_00, (people[0], 10_00));
        await Cluster.DeactivateAsync(Request(id));

        Assert.Equal(first with { Status = PaymentRequestStatus.AlreadyAccepted }, await AskAsync(people[1], id, split: false, 10_00, (people[0], 10_00)));
        Assert.Equal(PaymentRequestStatus.IdReusedWithDifferentContent, (await AskAsync(people[1], id, split: false, 9_00, (people[0], 9_00))).Status);
        Assert.Equal(
            PaymentRequestStatus.NotMember, (await AskAsync(people[1], Guid.NewGuid(), split: false, 10_00, (stranger, 10_00))).Status);
        Assert.Equal(
            PaymentRequestStatus.SharesDoNotSum,
            (await AskAsync(people[1], Guid.NewGuid(), split: true, 10_00, (people[0], 5_00), (people[1], 4_99))).Status);
    }

    [Fact]
    public async Task A_person_lists_what_they_asked_and_are_asked_for_newest_first()
    {
        TestPayer[] people = await PeopleAsync(3);
        List<Guid> ids = [];
        for (int index = 0; index < 5; index++)
        {
            ids.Add(Guid.CreateVersion7());
            (TestPayer from, TestPayer to) = index % 2 == 0 ? (people[0], people[1]) : (people[1], people[0]);
            await AskAsync(from, ids[index], split: false, 1_00, (to, 1_00));
            Cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await AskAsync(people[2], Guid.CreateVersion7(), split: false, 1_00, (people[1], 1_00));
        PaymentRequestPage first = await ListAsync(people[0], Guid.Empty, 3);
        PaymentRequestPage second = await ListAsync(people[0], first.Requests[^1].Request, 3);

        Assert.Equal([ids[4], ids[3], ids[2]], first.Requests.Select(one => one.Request));
        Assert.Equal([ids[1], ids[0]], second.Requests.Select(one => one.Request));
        Assert.Equal((true, false), (first.More, second.More));
        Assert.Empty((await Cluster.Grains.PaymentRequestList(people[0].User).List(new ListRequests(people[1].Caller, Guid.Empty, 3))).Requests);
    }

    private Task<PaymentRequestDecided> AskAsync(TestPayer from, Guid id, bool split, long total, params (TestPayer Person, long MinorUnits)[] shares) =>
        Request(id).Create(new RequestPayment(
            from.Caller, Group, split, WalletCluster.Euro, total, [.. shares.Select(share => new ShareAsked(share.Person.User, share.MinorUnits))]));

    private static PayOrder Sign(TestPayer payer, TestPayer payee, Guid request, long minorUnits, TransferReason reason) =>
        payer.Sign(payer.Order(payee, minorUnits) with { Reference = request, Reason = reason });

    private IPaymentRequestGrain Request(Guid id) => Cluster.Grains.PaymentRequest(id);

    private Task<PaymentRequestDecided> AnswerAsync(TestPayer person, Guid id, bool cancel) => Request(id).Answer(new AnswerRequest(person.Caller, cancel));

    private Task<PaymentRequestDescribed> DescribeAsync(TestPayer person, Guid id) => Request(id).Describe(new DescribeRequest(person.Caller));

    private Task<PaymentRequestPage> ListAsync(TestPayer person, Guid before, int limit) =>
        Cluster.Grains.PaymentRequestList(person.User).List(new ListRequests(person.Caller, before, limit));
}
