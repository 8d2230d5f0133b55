using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Accounts;
using XChat.Testing.Conversations;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Access;

/// <summary>
/// Alice owns a group in which Bob is and Carl was; Mallory has an account and nothing to do with it; Alice's phone was stolen while it was signed
/// in, and she revoked it.
/// </summary>
internal sealed class AccessScene : IAsyncDisposable
{
    /// <summary>What nobody outside of the group may get to see: the bytes of its messages.</summary>
    public const byte Filling = 0x5A;

    public static readonly byte[] Welcome = [1, 2, 3];

    private AccessScene(WholeServer server, TestAccount alice, TestAccount bob, TestAccount carl, TestAccount mallory) =>
        (Server, Alice, Bob, Carl, Mallory) = (server, alice, bob, carl, mallory);

    public WholeServer Server { get; }

    public TestAccount Alice { get; }

    public TestAccount Bob { get; }

    public TestAccount Carl { get; }

    public TestAccount Mallory { get; }

    /// <summary>The session of the stolen phone, which was live until the phone was revoked.</summary>
    public string StolenToken { get; private set; } = string.Empty;

    public DeviceId StolenPhone { get; private set; }

    public ConversationId Group { get; } = ConversationId.New();

    /// <summary>A payment of Alice that waits for Bob.</summary>
    public TransferId Payment { get; } = TransferId.New();

    public Guid MlsGroup { get; } = Guid.NewGuid();

    /// <summary>The epoch without Carl.</summary>
    public static long Epoch => 2;

    /// <summary>Seq of Bob's and of Carl's message.</summary>
    public static (long OfBob, long OfCarl) Messages => (2, 3);

    public static async Task<AccessScene> StartAsync(PostgresFixture postgres, params (string Key, string Value)[] settings)
    {
        WholeServer server = await WholeServer.StartAsync(postgres, [.. RailThatIsAway, .. settings]);
        AccessScene scene = new(
            server,
            await server.RegisterAsync("alice"),
            await server.RegisterAsync("bob"),
            await server.RegisterAsync("carl"),
            await server.RegisterAsync("mallory"));
        await scene.BuildGroupAsync();
        await scene.LosePhoneAsync();
        await scene.PayAsync();
        await scene.SettleAsync();
        return scene;
    }

    /// <summary>A commit by someone's device in a leaf, as a client would build it.</summary>
    public byte[] Commit(TestAccount by, int leaf, long epoch, IEnumerable<Caller>? adds = null, IEnumerable<int>? removes = null) =>
        MlsBytes.Commit(MlsGroup, epoch, leaf, by.CallerOf(), adds, removes);

    public byte[] Message(long epoch) => MlsBytes.Message(MlsGroup, epoch, filling: Filling);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        foreach (TestAccount account in new[] { Alice, Bob, Carl, Mallory })
        {
            account.Dispose();
        }
    }

    public Guid PacketOfAlice { get; } = Guid.CreateVersion7();

    public Guid RequestOfAlice { get; } = Guid.CreateVersion7();

    /// <summary>A deposit of Alice that the rail has not confirmed yet.</summary>
    public Guid DepositOfAlice { get; } = Guid.CreateVersion7();

    /// <summary>A rail that nobody answers for: what is ordered waits.</summary>
    private static (string Key, string Value)[] RailThatIsAway =>
    [
        ("XChat:Rails:Sim:Url", "http://127.0.0.1:9"),
        ("XChat:Rails:Sim:ApiKey", "abcdefghijklmnopqrst"),
        ("XChat:Rails:Sim:WebhookSecrets", WebhookSignature.WriteSecret(new byte[32])),
        // The rows do not change by themselves while a test compares them.
        ("XChat:Rails:FirstPause", "01:00:00"),
    ];

    /// <summary>A code in the name of Alice that her stolen phone has signed.</summary>
    public RedeemPayerCodeRequest ForgedPayerCode()
    {
        byte[] code = new PayerCode(
            Alice.User.Value, Alice.Device.Value, Guid.CreateVersion7(), new Money(1_00, WalletCluster.Euro),
            Server.Time.GetUtcNow().AddSeconds(30).ToUnixTimeMilliseconds()).Encode();
        using NSec.Cryptography.Key key = ScriptedDevices.SigningKeyOf(StolenPhone);
        return new RedeemPayerCodeRequest(code, PayerCodeSignature.Sign(key, code), new Amount("100", "EUR"));
    }

    /// <summary>A withdrawal that Alice signed, whoever sends it.</summary>
    public WithdrawRequest NewWithdrawal()
    {
        byte[] order = new WithdrawalOrder(
            Alice.User.Value, Alice.Device.Value, Guid.CreateVersion7(), new Money(1_00, WalletCluster.Euro),
            Server.Time.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds(), WithdrawalOrder.TargetOf("sim", string.Empty)).Encode();
        using NSec.Cryptography.Key key = ScriptedDevices.SigningKeyOf(Alice.Device);
        return new WithdrawRequest(order, WithdrawalSignature.Sign(key, order), "sim", string.Empty);
    }

    /// <summary>An order by someone's device for a red packet in the group; the id is that of Alice's only when it is hers.</summary>
    public CreateRedPacketRequest RedPacket(TestAccount by)
    {
        byte[] order = new RedPacketOrder(
            by.User.Value, by.Device.Value, by == Alice ? PacketOfAlice : Guid.CreateVersion7(), Group.Value, new Money(2_00, WalletCluster.Euro), 2,
            RedPacketMode.Equal, Server.Time.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds()).Encode();
        using NSec.Cryptography.Key key = ScriptedDevices.SigningKeyOf(by.Device);
        return new CreateRedPacketRequest(order, RedPacketSignature.Sign(key, order));
    }

    /// <summary>An order that Alice signed, whoever sends it.</summary>
    public PayRequest NewPayment(TransferId? id = null, PaymentKind kind = PaymentKind.Instant)
    {
        PaymentOrder order = new(
            Alice.User.Value, Alice.Device.Value, Bob.User.Value, new Money(1_00, WalletCluster.Euro), id ?? TransferId.New(),
            Server.Time.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds(), kind, TransferReason.Payment, Guid.Empty, Guid.Empty,
            new byte[PaymentOrder.DigestSize]);
        using NSec.Cryptography.Key key = ScriptedDevices.SigningKeyOf(Alice.Device);
        return new PayRequest(order.Encode(), PaymentSignature.Sign(key, order.Encode()), null);
    }

    private async Task PayAsync()
    {
        WalletKey purse = WalletKey.Of(Alice.User, WalletCluster.Euro);
        TransferDecided funded = await Server.Grains.Wallet(WalletCluster.Rail).Transfer(WalletCluster.Order(purse, 100_00, TransferReason.Deposit));
        PayRequest pay = NewPayment(Payment, PaymentKind.WithAcceptance);
        TransferDecided paid = await Server.Grains.Wallet(purse).Pay(new PayOrder(Alice.CallerOf(), pay.Order, pay.Signature, []));
        Assert.Equal((WalletStatus.Accepted, WalletStatus.Accepted), (funded.Status, paid.Status));
        RailPaymentDecided ordered = await Server.Grains.RailPayment(DepositOfAlice).Deposit(
            new DepositOverRail(Alice.CallerOf(), "sim", WalletCluster.Euro, 1_00));
        Assert.Equal((RailPaymentStatus.Accepted, RailPaymentState.Ordered), (ordered.Status, ordered.Payment!.State));
    }

    private async Task BuildGroupAsync()
    {
        IConversationGrain log = Server.Grains.Conversation(Group);
        IConversationMembershipGrain members = Server.Grains.ConversationMembership(Group);
        await members.Create(new CreateConversation(
            Alice.CallerOf(), MessageId.New(), ConversationType.Group, MlsGroup,
            Commit(Alice, 0, 0, adds: [Bob.CallerOf(), Carl.CallerOf()]), Welcome));
        await log.Append(new AppendMessage(Bob.CallerOf(), MessageId.New(), Message(1)));
        await log.Append(new AppendMessage(Carl.CallerOf(), MessageId.New(), Message(1)));
        EntryAppended removed = await members.Commit(
            new CommitEpoch(Alice.CallerOf(), MessageId.New(), Commit(Alice, 0, 1, removes: [2]), null));
        Assert.Equal((ConversationStatus.Accepted, Epoch), (removed.Status, removed.Epoch));
    }

    private async Task LosePhoneAsync()
    {
        StolenPhone = Alice.AddDevice();
        await Alice.PublishAsync(2, Alice.Device, StolenPhone);
        StolenToken = (await Alice.SignInAsync(StolenPhone))!;
        Assert.True(await Alice.IsLiveAsync(StolenToken));
        await Alice.PublishAsync(3, Alice.Device);
        await Alice.KeyPackages.Publish(new PublishKeyPackages(Alice.CallerOf(), [], Alice.NewKeyPackage(lastResort: true)));
    }

    /// <summary>Waits for what the product still does on its own after its answers: telling of devices, noting who has joined.</summary>
    private Task SettleAsync() => Eventually.HoldsAsync(
        async () => await Server.CountAsync("account", "told_version < device_list_version OR revoked <> '{}'") == 0
            && await Server.CountAsync("conversation_leaf", "NOT joined") == 0
            && await Server.CountAsync("ledger_outbox") == 0,
        TestContext.Current.CancellationToken);
}
