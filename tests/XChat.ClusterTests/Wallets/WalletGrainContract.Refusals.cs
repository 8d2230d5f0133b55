using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Bad input: each wrong has a status of its own, the first in the order of the documentation is answered, and no counter moves.</summary>
public abstract partial class WalletGrainContract
{
    /// <summary>In the order of precedence. Each row also does every wrong below it, as far as one order can.</summary>
    public static TheoryData<string, WalletStatus> Wrongs => new()
    {
        { "bytes that are no order", WalletStatus.OrderInvalid },
        { "no payee", WalletStatus.OrderInvalid },
        { "somebody else calls", WalletStatus.NotAllowed },
        { "another device signs", WalletStatus.SignatureInvalid },
        { "changed after signing", WalletStatus.SignatureInvalid },
        { "time is over", WalletStatus.OrderExpired },
        { "time is too far ahead", WalletStatus.OrderExpired },
        { "another currency", WalletStatus.CurrencyMismatch },
        { "negative amount", WalletStatus.AmountInvalid },
        { "no amount", WalletStatus.AmountInvalid },
        { "overflowing amount", WalletStatus.AmountTooLarge },
        { "amount above the limit", WalletStatus.AmountTooLarge },
        { "memo too long", WalletStatus.CardInvalid },
        { "another memo than signed", WalletStatus.CardInvalid },
        { "pays itself", WalletStatus.SelfPayment },
        { "unknown payee", WalletStatus.PayeeUnknown },
        { "frozen", WalletStatus.AccountFrozen },
        { "too little money", WalletStatus.InsufficientFunds },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task A_wrong_order_gets_its_own_status_before_all_lesser_wrongs_and_moves_nothing(string wrong, WalletStatus status)
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        (BalanceRead aliceBefore, BalanceRead bobBefore) = (await alice.Wallet.Balance(new ReadBalance()), await bob.Wallet.Balance(new ReadBalance()));
        WrongOrder order = new(Cluster, alice, bob);
        foreach (string lesser in Wrongs.Select(row => row.Data.Item1).SkipWhile(row => row != wrong).Reverse())
        {
            await order.DoAsync(lesser);
        }

        TransferDecided answer = await alice.Wallet.Pay(order.ToRequest());
        await alice.Wallet.Freeze(new FreezeWallet(false));

        Assert.Equal(new TransferDecided(status, 0, 0, 0), answer);
        Assert.Equal(aliceBefore, await alice.Wallet.Balance(new ReadBalance()));
        Assert.Equal(bobBefore, await bob.Wallet.Balance(new ReadBalance()));
    }

    [Fact]
    public async Task A_group_whose_sum_overflows_is_too_large()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        TransferLeg[] legs = [Leg(bob, long.MaxValue), Leg(bob, long.MaxValue), Leg(bob, 2)];

        TransferDecided answer = await alice.Wallet.Transfer(new TransferMoney(TransferId.New(), alice.User.Value, legs));
        TransferDecided twice = await alice.Wallet.Transfer(new TransferMoney(TransferId.New(), alice.User.Value, [legs[2], legs[2]]));
        TransferDecided none = await alice.Wallet.Transfer(new TransferMoney(TransferId.New(), alice.User.Value, []));

        Assert.Equal(
            [WalletStatus.AmountTooLarge, WalletStatus.OrderInvalid, WalletStatus.OrderInvalid],
            new[] { answer, twice, none }.Select(refused => refused.Status));
        Assert.Equal(10_00, await alice.AvailableAsync());
    }

    [Fact]
    public async Task A_device_that_is_not_certified_any_more_pays_nothing()
    {
        (TestPayer alice, TestPayer bob) = await PairAsync(10_00);
        Cluster.Devices.Publish(alice.User, Protocol.Accounts.DeviceId.New());

        Assert.Equal(WalletStatus.SignatureInvalid, (await alice.PayAsync(bob, 1)).Status);
    }
}
