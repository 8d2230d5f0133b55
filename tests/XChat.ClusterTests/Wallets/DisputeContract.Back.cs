using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Refund, dispute and correction of one payment: together they give back what was paid and no more.</summary>
public abstract partial class DisputeContract
{
    [Fact]
    public async Task What_is_refunded_or_corrected_while_a_dispute_is_open_is_not_given_once_more()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await OpenAsync(alice, payment);

        Assert.Equal(WalletStatus.Accepted, (await Dispute(payment).Refund(Refund(shop, alice, payment, 4_00))).Status);
        Assert.Equal(WalletStatus.Accepted, (await Dispute(payment).Correct(new CorrectTransfer(1_00))).Status);
        DisputeAnswered decided = await Dispute(payment).Decide(new DecideDispute(true));

        Assert.Equal((DisputeState.Upheld, false), (decided.Dispute!.State, decided.Dispute.Unsettled));
        Assert.Equal((100_00, 0, 0), (await alice.AvailableAsync(), await shop.AvailableAsync(), await DeskAsync()));
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Correct(new CorrectTransfer(null))).Status);
    }

    [Fact]
    public async Task What_the_payer_has_by_a_dispute_is_neither_refunded_nor_corrected_until_it_is_taken_back()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await CreditAsync(alice, payment);

        TransferCorrected corrected = await Dispute(payment).Correct(new CorrectTransfer(null));

        Assert.Equal((WalletStatus.NotRefundable, "0.00 EUR of it are left to correct"), (corrected.Status, corrected.Problem));
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Refund(Refund(shop, alice, payment, 1))).Status);
        Assert.Equal((100_00, 10_00), (await alice.AvailableAsync(), await shop.AvailableAsync()));
        await Dispute(payment).Withdraw(new WithdrawDispute(alice.Caller));
        Assert.Equal(WalletStatus.Accepted, (await Dispute(payment).Refund(Refund(shop, alice, payment, 10_00))).Status);
        Assert.Equal((100_00, 0, 0), (await alice.AvailableAsync(), await shop.AvailableAsync(), await DeskAsync()));
    }

    [Fact]
    public async Task Whoever_keeps_the_money_because_nobody_decided_is_not_refunded_too()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await OpenAsync(alice, payment);
        Cluster.Time.Advance(TimeSpan.FromDays(46));
        await Eventually.HoldsAsync(
            async () => (await DescribeAsync(alice, payment)).Dispute is { State: DisputeState.UpheldByTime, Unsettled: false }, Cancelled);

        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Refund(Refund(shop, alice, payment, 10_00))).Status);
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(payment).Correct(new CorrectTransfer(10_00))).Status);
        Assert.Equal((100_00, 10_00), (await alice.AvailableAsync(), await shop.AvailableAsync()));
    }

    [Fact]
    public async Task A_credit_that_an_operator_corrected_is_not_taken_back_too()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await CreditAsync(alice, payment);
        StatementPage page = await alice.Wallet.Statement(
            new ReadStatement(0, 10, StatementFilter.None with { Reason = TransferReason.ProvisionalCredit }));
        TransferId credit = Assert.Single(page.Entries).Transfer;
        Assert.Equal(WalletStatus.Accepted, (await Dispute(credit).Correct(new CorrectTransfer(4_00))).Status);

        DisputeAnswered rejected = await Dispute(payment).Decide(new DecideDispute(false));

        Assert.Equal((DisputeStatus.Accepted, false), (rejected.Status, rejected.Dispute!.Unsettled));
        Assert.Equal((90_00, 10_00, 0), (await alice.AvailableAsync(), await shop.AvailableAsync(), await DeskAsync()));
        Assert.Equal(WalletStatus.NotRefundable, (await Dispute(credit).Correct(new CorrectTransfer(null))).Status);
    }

    [Fact]
    public async Task A_correction_is_made_once_and_one_that_a_wallet_refused_can_be_tried_again()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await shop.PayAsync(await TestPayer.CreateAsync(Cluster), 10_00);
        Assert.Equal(WalletStatus.InsufficientFunds, (await Dispute(payment).Correct(new CorrectTransfer(6_00))).Status);
        Assert.Equal(WalletStatus.InsufficientFunds, (await Dispute(payment).Correct(new CorrectTransfer(6_00))).Status);

        await Cluster.FundAsync(shop.User, 20_00);
        TransferCorrected done = await Dispute(payment).Correct(new CorrectTransfer(6_00));
        TransferCorrected again = await Dispute(payment).Correct(new CorrectTransfer(6_00));

        Assert.Equal((WalletStatus.Accepted, 6_00), (done.Status, done.MinorUnits));
        Assert.Equal((WalletStatus.AlreadyAccepted, done.Correction), (again.Status, again.Correction));
        Assert.Equal((96_00, 14_00), (await alice.AvailableAsync(), await shop.AvailableAsync()));
    }

    [Fact]
    public async Task Refunds_that_meet_in_the_wallet_give_back_once_and_take_nothing_else_with_them()
    {
        (TestPayer alice, TestPayer shop, TransferId payment) = await PaidAsync(10_00);
        await Cluster.FundAsync(shop.User, 100_00);

        // Past the turn of the payment, as when the one before has timed out.
        Task<TransferDecided>[] refunds = [.. Enumerable.Range(0, 5).Select(_ => shop.Wallet.Pay(Refund(shop, alice, payment, 10_00)))];
        Task<TransferDecided>[] others = [.. Enumerable.Range(0, 5).Select(_ => shop.PayAsync(alice, 1_00))];

        Assert.Equal(
            [WalletStatus.Accepted, .. Enumerable.Repeat(WalletStatus.NotRefundable, 4)],
            (await Task.WhenAll(refunds)).Select(answer => answer.Status).Order());
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(WalletStatus.Accepted, answer.Status));
        Assert.Equal((105_00, 95_00), (await alice.AvailableAsync(), await shop.AvailableAsync()));
    }

    private async Task CreditAsync(TestPayer alice, TransferId payment)
    {
        await OpenAsync(alice, payment);
        Cluster.Time.Advance(TimeSpan.FromDays(11));
        await Eventually.HoldsAsync(async () => (await DescribeAsync(alice, payment)).Dispute!.Credited, Cancelled);
        Assert.Equal(-10_00, await DeskAsync());
    }
}
