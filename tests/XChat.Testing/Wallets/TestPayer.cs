using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing.Conversations;

namespace XChat.Testing.Wallets;

/// <summary>A person with a certified device and a wallet.</summary>
public sealed class TestPayer(WalletCluster cluster, UserId user, DeviceId device)
{
    public UserId User { get; } = user;

    public DeviceId Device { get; } = device;

    public Caller Caller => new(User, Device);

    public WalletKey Key => WalletKey.Of(User, WalletCluster.Euro);

    public IWalletGrain Wallet => cluster.Grains.Wallet(Key);

    /// <summary>Makes a person whose wallet holds an amount.</summary>
    public static async Task<TestPayer> CreateAsync(WalletCluster cluster, long minorUnits = 0)
    {
        TestPayer person = new(cluster, UserId.New(), DeviceId.New());
        cluster.Devices.Publish(person.User, person.Device);
        if (minorUnits > 0)
        {
            await cluster.FundAsync(person.User, minorUnits);
        }

        return person;
    }

    /// <summary>An order of this device that can be paid for five minutes.</summary>
    public PaymentOrder Order(
        TestPayer to, long minorUnits, PaymentKind kind = PaymentKind.Instant, TransferId? id = null, Guid conversation = default, byte[]? card = null) => new(
        User.Value,
        Device.Value,
        to.User.Value,
        new Money(minorUnits, WalletCluster.Euro),
        id ?? TransferId.New(),
        cluster.Time.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds(),
        kind,
        TransferReason.Payment,
        conversation,
        Guid.Empty,
        card is { Length: > 0 } ? SHA256.HashData(card) : new byte[PaymentOrder.DigestSize]);

    /// <summary>Signs an order with this device's key.</summary>
    public PayOrder Sign(PaymentOrder order, byte[]? card = null)
    {
        using Key key = ScriptedDevices.SigningKeyOf(Device);
        byte[] bytes = order.Encode();
        return new PayOrder(Caller, bytes, PaymentSignature.Sign(key, bytes), card ?? []);
    }

    /// <summary>An order to withdraw over a rail, signed with this device's key.</summary>
    public WithdrawOverRail SignWithdrawal(Guid payment, long minorUnits, string rail, string destination, int minutes = 5)
    {
        byte[] order = new WithdrawalOrder(
            User.Value, Device.Value, payment, new Money(minorUnits, WalletCluster.Euro),
            cluster.Time.GetUtcNow().AddMinutes(minutes).ToUnixTimeMilliseconds(), WithdrawalOrder.TargetOf(rail, destination)).Encode();
        using Key key = ScriptedDevices.SigningKeyOf(Device);
        return new WithdrawOverRail(Caller, order, WithdrawalSignature.Sign(key, order), rail, destination);
    }

    /// <summary>Pays.</summary>
    public Task<TransferDecided> PayAsync(TestPayer to, long minorUnits, PaymentKind kind = PaymentKind.Instant, TransferId? id = null) =>
        Wallet.Pay(Sign(Order(to, minorUnits, kind, id)));

    /// <summary>Ends a pending payment of another one's wallet.</summary>
    public Task<TransferDecided> ResolveAsync(TestPayer payer, TransferId pending, PendingResolution resolution, TransferId? id = null) =>
        payer.Wallet.Resolve(new ResolvePending(id ?? TransferId.New(), User, pending, resolution, 0));

    /// <summary>What is posted and not reserved.</summary>
    public async Task<long> AvailableAsync()
    {
        BalanceRead read = await Wallet.Balance(new ReadBalance());
        return read.CreditsPosted - read.DebitsPosted - read.DebitsPending;
    }
}
