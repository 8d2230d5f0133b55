using NSec.Cryptography;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Testing.Conversations;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Codes that a payer shows: one minute, once, and never more than they say.</summary>
public sealed class PayerCodeTests
{
    [Fact]
    public async Task A_code_is_taken_once_by_the_first_who_redeems_it()
    {
        await using WalletCluster cluster = await WalletCluster.StartAsync(new InMemoryLedger());
        cluster.Time.Stop();
        TestPayer alice = await TestPayer.CreateAsync(cluster, 100_00);
        TestPayer bob = await TestPayer.CreateAsync(cluster);
        TestPayer carol = await TestPayer.CreateAsync(cluster);
        PayerCode code = New(cluster, alice);

        TransferDecided[] both = await Task.WhenAll(RedeemAsync(alice, bob, code, 20_00), RedeemAsync(alice, carol, code, 20_00));
        TransferDecided again = await RedeemAsync(alice, bob, code, 20_00);
        TransferDecided more = await RedeemAsync(alice, bob, code, 20_01);

        Assert.Equal([WalletStatus.Accepted, WalletStatus.IdReusedWithDifferentContent], both.Select(one => one.Status).Order());
        Assert.Equal(WalletStatus.IdReusedWithDifferentContent, more.Status);
        Assert.Contains(again.Status, (WalletStatus[])[WalletStatus.AlreadyAccepted, WalletStatus.IdReusedWithDifferentContent]);
        Assert.Equal((80_00L, 20_00L), (await alice.AvailableAsync(), await bob.AvailableAsync() + await carol.AvailableAsync()));
    }

    [Fact]
    public async Task Every_wrong_code_has_its_status_and_moves_nothing()
    {
        await using WalletCluster cluster = await WalletCluster.StartAsync(new InMemoryLedger());
        cluster.Time.Stop();
        TestPayer alice = await TestPayer.CreateAsync(cluster, 100_00);
        TestPayer bob = await TestPayer.CreateAsync(cluster);
        PayerCode good = New(cluster, alice);
        long second = 1000;
        long now = cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();
        (WalletStatus Expected, TransferDecided Got)[] cases =
        [
            (WalletStatus.OrderInvalid, await RedeemAsync(alice, bob, good with { Code = Guid.Empty }, 1)),
            (WalletStatus.NotAllowed, await RedeemAsync(bob, alice, good, 1)),
            (WalletStatus.SignatureInvalid, await alice.Wallet.Redeem(new RedeemCode(bob.Caller, good.Encode(), new byte[64], 1))),
            (WalletStatus.SignatureInvalid, await alice.Wallet.Redeem(Sign(bob, good) with { Caller = bob.Caller })),
            (WalletStatus.OrderExpired, await RedeemAsync(alice, bob, good with { ExpiresAtMs = now }, 1)),
            (WalletStatus.OrderExpired, await RedeemAsync(
                alice, bob, good with { ExpiresAtMs = now + ((Limits.PayerCodeSeconds + Limits.PayerCodeClockSeconds + 5) * second) }, 1)),
            (WalletStatus.CurrencyMismatch, await RedeemAsync(alice, bob, good with { Most = new Money(1, new Currency("USD")) }, 1)),
            (WalletStatus.AmountInvalid, await RedeemAsync(alice, bob, good, 0)),
            (WalletStatus.AmountInvalid, await RedeemAsync(alice, bob, good, -1)),
            (WalletStatus.AmountTooLarge, await RedeemAsync(alice, bob, good, 50_01)),
            (WalletStatus.SelfPayment, await RedeemAsync(alice, alice, good, 1)),
        ];

        Assert.All(cases, one => Assert.Equal(one.Expected, one.Got.Status));
        Assert.Equal((100_00L, 0L), (await alice.AvailableAsync(), await bob.AvailableAsync()));
        cluster.Time.Advance(TimeSpan.FromSeconds(Limits.PayerCodeSeconds));
        Assert.Equal(WalletStatus.OrderExpired, (await RedeemAsync(alice, bob, good, 1)).Status);
    }

    private static PayerCode New(WalletCluster cluster, TestPayer payer) => new(
        payer.User.Value, payer.Device.Value, Guid.NewGuid(), new Money(50_00, WalletCluster.Euro),
        cluster.Time.GetUtcNow().AddSeconds(Limits.PayerCodeSeconds).ToUnixTimeMilliseconds());

    private static Task<TransferDecided> RedeemAsync(TestPayer wallet, TestPayer by, PayerCode code, long minorUnits) =>
        wallet.Wallet.Redeem(Sign(wallet, code) with { Caller = by.Caller, MinorUnits = minorUnits });

    private static RedeemCode Sign(TestPayer signer, PayerCode code)
    {
        using Key key = ScriptedDevices.SigningKeyOf(signer.Device);
        byte[] bytes = code.Encode();
        return new RedeemCode(signer.Caller, bytes, PayerCodeSignature.Sign(key, bytes), 1);
    }
}
