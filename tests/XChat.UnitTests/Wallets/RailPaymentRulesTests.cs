using CsCheck;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>What reports of a rail change, in whatever order they come.</summary>
public sealed class RailPaymentRulesTests
{
    private const long Amount = 50_00;
    private static readonly Currency Euro = new("EUR");

    [Fact]
    public void Reports_late_twice_and_in_any_order_come_to_the_same_end()
    {
        // What a rail says of a payment over its life, shuffled, with repeats and losses of all but the last.
        Gen.Select(Gen.Enum<RailPaymentKind>(), Gen.Shuffle(new[] { 0, 1, 2, 3 }), Gen.Int[0, 3].Array[0, 6])
            .Where((kind, _, _) => kind != RailPaymentKind.Unspecified)
            .Sample((kind, order, repeats) =>
            {
                RailReport[] life =
                [
                    Report(RailStage.UnderWay), Report(RailStage.Settled), Report(RailStage.Settled, 10_00), Report(RailStage.Settled, Amount),
                ];
                StoredRailPayment payment = Carry(New(kind));
                foreach (int next in order.Concat(repeats))
                {
                    payment = Carry(RailPaymentRules.Observe(payment, life[next]));
                }

                return RailPaymentRules.StateOf(payment) == RailPaymentState.Returned
                    && RailPaymentRules.NextStep(payment) == RailStep.Rest
                    && !payment.Contradicted
                    && NetOf(payment) == 0;
            });
    }

    [Fact]
    public void A_deposit_is_credited_once_and_only_when_it_has_settled()
    {
        StoredRailPayment payment = New(RailPaymentKind.Deposit);
        Assert.Equal(RailStep.Submit, RailPaymentRules.NextStep(payment));

        payment = RailPaymentRules.Observe(payment, Report(RailStage.UnderWay));
        Assert.Equal((RailStep.Wait, RailPaymentState.UnderWay), (RailPaymentRules.NextStep(payment), RailPaymentRules.StateOf(payment)));

        payment = RailPaymentRules.Observe(payment, Report(RailStage.Settled));
        Assert.Equal((RailStep.Credit, RailPaymentState.UnderWay), (RailPaymentRules.NextStep(payment), RailPaymentRules.StateOf(payment)));

        payment = RailPaymentRules.Observe(payment with { Ledger = RailLedgerStage.Moved }, Report(RailStage.Settled));
        Assert.Equal((RailStep.Rest, RailPaymentState.Completed), (RailPaymentRules.NextStep(payment), RailPaymentRules.StateOf(payment)));
    }

    [Fact]
    public void A_withdrawal_is_reserved_before_the_rail_hears_of_it()
    {
        StoredRailPayment payment = New(RailPaymentKind.Withdrawal);

        Assert.Equal(RailStep.Reserve, RailPaymentRules.NextStep(payment));
        Assert.Equal(RailStep.Submit, RailPaymentRules.NextStep(payment with { Ledger = RailLedgerStage.Reserved }));
        Assert.Equal(RailStep.Rest, RailPaymentRules.NextStep(payment with { Ledger = RailLedgerStage.Refused }));
    }

    [Fact]
    public void A_withdrawal_that_failed_is_freed_and_one_that_settled_after_that_is_for_somebody_to_look_at()
    {
        StoredRailPayment reserved = New(RailPaymentKind.Withdrawal) with { Ledger = RailLedgerStage.Reserved };
        StoredRailPayment failed = RailPaymentRules.Observe(reserved, Report(RailStage.Failed));
        Assert.Equal(RailStep.Free, RailPaymentRules.NextStep(failed));

        // Before the money was freed the later word still counts.
        Assert.Equal(RailStep.Post, RailPaymentRules.NextStep(RailPaymentRules.Observe(failed, Report(RailStage.Settled))));
        StoredRailPayment after = RailPaymentRules.Observe(failed with { Ledger = RailLedgerStage.Freed }, Report(RailStage.Settled));
        Assert.Equal((true, RailStep.Rest), (after.Contradicted, RailPaymentRules.NextStep(after)));
    }

    [Fact]
    public void A_payout_that_fails_after_it_was_paid_has_come_back()
    {
        StoredRailPayment reserved = New(RailPaymentKind.Withdrawal) with { Ledger = RailLedgerStage.Reserved };
        StoredRailPayment paid = RailPaymentRules.Observe(reserved, Report(RailStage.Settled));
        StoredRailPayment back = RailPaymentRules.Observe(paid with { Ledger = RailLedgerStage.Moved }, Report(RailStage.Failed));

        Assert.Equal((RailStep.Reverse, Amount, false), (RailPaymentRules.NextStep(back), back.Returned, back.Contradicted));
    }

    [Theory]
    [InlineData("another rail")]
    [InlineData("another currency")]
    [InlineData("another amount")]
    [InlineData("another reference")]
    [InlineData("more returned than paid")]
    [InlineData("less than nothing returned")]
    public void A_report_that_cannot_be_of_this_payment_moves_nothing_and_is_marked(string wrong)
    {
        StoredRailPayment payment = RailPaymentRules.Observe(New(RailPaymentKind.Deposit), Report(RailStage.UnderWay));
        RailReport settled = Report(RailStage.Settled);
        StoredRailPayment after = RailPaymentRules.Observe(payment, wrong switch
        {
            "another rail" => settled with { Rail = "other" },
            "another currency" => settled with { Currency = new Currency("USD") },
            "another amount" => settled with { MinorUnits = Amount + 1 },
            "another reference" => settled with { Reference = "of another" },
            "more returned than paid" => settled with { ReturnedMinorUnits = Amount + 1 },
            _ => settled with { ReturnedMinorUnits = -1 },
        });

        Assert.Equal(payment with { Contradicted = true }, after);
    }

    [Fact]
    public void What_is_under_way_is_asked_after_soon_and_then_more_rarely_and_what_rests_for_sixty_days()
    {
        RailOptions options = new();
        StoredRailPayment underWay = RailPaymentRules.Observe(New(RailPaymentKind.Deposit), Report(RailStage.UnderWay));
        StoredRailPayment done = RailPaymentRules.Observe(underWay, Report(RailStage.Settled)) with { Ledger = RailLedgerStage.Moved };

        Assert.Equal(TimeSpan.FromSeconds(5), PauseAt(underWay, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromMinutes(5), PauseAt(underWay, TimeSpan.FromMinutes(10)));
        Assert.Equal(TimeSpan.FromHours(1), PauseAt(underWay, TimeSpan.FromDays(70)));
        Assert.Equal(TimeSpan.FromMinutes(1), PauseAt(done, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromDays(1), PauseAt(done, TimeSpan.FromDays(59)));
        Assert.Null(PauseAt(done, TimeSpan.FromDays(60)));
        // What the rail never took it has no news of; the money of it is given back all the same.
        StoredRailPayment refused = New(RailPaymentKind.Withdrawal) with { Stage = RailStage.Failed, Ledger = RailLedgerStage.Reserved };
        Assert.NotNull(PauseAt(refused, TimeSpan.Zero));
        Assert.Null(PauseAt(refused with { Ledger = RailLedgerStage.Freed }, TimeSpan.Zero));
        Assert.NotNull(PauseAt(refused with { Ledger = RailLedgerStage.Freed, Reference = "ref" }, TimeSpan.Zero));

        TimeSpan? PauseAt(StoredRailPayment payment, TimeSpan age) =>
            RailPaymentRules.NextLook(payment, DateTimeOffset.UnixEpoch + age, options) - (DateTimeOffset.UnixEpoch + age);
    }

    private static StoredRailPayment New(RailPaymentKind kind) => new()
    {
        Payment = Guid.NewGuid(),
        Rail = "sim",
        User = UserId.New(),
        Kind = kind,
        Currency = Euro,
        MinorUnits = Amount,
        Destination = string.Empty,
        OrderHash = new byte[32],
        CreatedAtMs = 0,
    };

    private static RailReport Report(RailStage stage, long returned = 0) => new("sim", "ref", Euro, Amount, stage, returned, string.Empty, string.Empty);

    /// <summary>Does all steps that the ledger would do, which always works here.</summary>
    private static StoredRailPayment Carry(StoredRailPayment payment)
    {
        while (true)
        {
            StoredRailPayment next = RailPaymentRules.NextStep(payment) switch
            {
                RailStep.Reserve => payment with { Ledger = RailLedgerStage.Reserved },
                RailStep.Submit => RailPaymentRules.Observe(payment, Report(RailStage.UnderWay)),
                RailStep.Credit or RailStep.Post => payment with { Ledger = RailLedgerStage.Moved },
                RailStep.Free => payment with { Ledger = RailLedgerStage.Freed },
                RailStep.Reverse => payment with { Reversed = payment.Returned },
                _ => payment,
            };
            if (next == payment)
            {
                return payment;
            }

            payment = next;
        }
    }

    /// <summary>What the wallet has gained or lost by it.</summary>
    private static long NetOf(StoredRailPayment payment) => payment.Ledger == RailLedgerStage.Moved ? payment.MinorUnits - payment.Reversed : 0;
}
