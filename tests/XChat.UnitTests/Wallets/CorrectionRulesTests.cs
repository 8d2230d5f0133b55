using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.Corrections;
using XChat.Grains.Wallets.Disputes;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>A correction is a reverse transfer, and no more goes back than had moved.</summary>
public sealed class CorrectionRulesTests
{
    private static readonly Currency Euro = new("EUR");
    private static readonly WalletKey Alice = WalletKey.Of(UserId.New(), Euro);
    private static readonly WalletKey Bob = WalletKey.Of(UserId.New(), Euro);
    private static readonly WalletKey Rail = new(WalletKind.Rail, Guid.NewGuid(), Euro);
    private static readonly WalletKey Packet = new(WalletKind.RedPacket, Guid.NewGuid(), Euro);

    [Fact]
    public void A_payment_goes_back_to_whoever_paid_it()
    {
        TransferStanding payment = Moved(Alice, Bob);

        Correction all = CorrectionRules.Decide(payment, default, minorUnits: null, attempt: 0);
        Correction part = CorrectionRules.Decide(payment, Back(3_00), minorUnits: 4_00, attempt: 0);

        Assert.Equal((Bob, Leg(all, Alice, 10_00)), (all.From, Assert.Single(all.Order!.Legs)));
        Assert.Equal((Bob, Leg(part, Alice, 4_00)), (part.From, Assert.Single(part.Order!.Legs)));
        Assert.NotEqual(all.Order.Command, part.Order.Command);
        Assert.NotEqual(all.Order.Command, CorrectionRules.Decide(payment, default, minorUnits: null, attempt: 1).Order!.Command);
        Assert.Equal(part.Order.Command, CorrectionRules.Decide(payment, Back(6_00), minorUnits: 4_00, attempt: 0).Order!.Command);

        TransferLeg Leg(Correction correction, WalletKey to, long amount) =>
            new(correction.Order!.Command, to, amount, TransferReason.Correction, 0, payment.Transfer.Value);
    }

    [Fact]
    public void The_operators_account_takes_the_place_of_accounts_that_are_held_against_something_else()
    {
        WalletKey desk = DisputeTransfers.DeskIn(Euro);

        Correction deposit = CorrectionRules.Decide(Moved(Rail, Alice), default, null, 0);
        Correction withdrawal = CorrectionRules.Decide(Moved(Alice, Rail), default, null, 0);

        Assert.Equal((Alice, desk), (deposit.From, deposit.Order!.Legs[0].Credit));
        Assert.Equal((desk, Alice), (withdrawal.From, withdrawal.Order!.Legs[0].Credit));
    }

    [Fact]
    public void Nothing_is_corrected_that_did_not_move_and_no_more_than_did()
    {
        TransferStanding open = Moved(Alice, Bob) with { Kind = TransferKind.Pending };
        TransferStanding accepted = open with { Resolution = TransferKind.PostPending, ResolvedMinorUnits = 7_00 };
        TransferStanding end = Moved(Alice, Bob) with { Kind = TransferKind.PostPending };

        Assert.All(
            new[]
            {
                CorrectionRules.Decide(open, default, null, 0),
                CorrectionRules.Decide(end, default, null, 0),
                CorrectionRules.Decide(accepted, default, 7_01, 0),
                CorrectionRules.Decide(Moved(Alice, Bob), Back(10_00), null, 0),
                CorrectionRules.Decide(Moved(Alice, Bob), Back(9_00), 1_01, 0),
                CorrectionRules.Decide(Moved(Alice, Bob), default, 0, 0),
                CorrectionRules.Decide(Moved(Alice, Bob), default, -1, 0),
                // The payer has it all: by a dispute, which has not charged the payee.
                CorrectionRules.Decide(Moved(Alice, Bob), new GoneBack(0, 10_00, 10_00), null, 0),
                CorrectionRules.Decide(Moved(Packet, Rail), default, null, 0),
            },
            refused => Assert.True(refused.Order is null && refused.Problem.Length > 0));
        Assert.Equal(7_00, CorrectionRules.Decide(accepted, default, null, 0).Order!.Legs[0].MinorUnits);
    }

    private static GoneBack Back(long minorUnits) => new(minorUnits, minorUnits, 0);

    private static TransferStanding Moved(WalletKey from, WalletKey to) => new(
        TransferId.New(), TransferKind.Posted, TransferReason.Payment, from, to, 10_00, 1, 1, 0, default, Guid.Empty, Guid.Empty,
        TransferKind.Unspecified, 0, 0, default);
}
