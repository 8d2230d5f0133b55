using System.Collections.Concurrent;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Client.Wallets;
using XChat.ClusterTests.Access;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Two people with the SDK pay each other in a chat, through a real frontend to real grains over PostgreSQL.</summary>
public sealed class WalletFlowTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_people_pay_in_their_chat_and_see_the_same()
    {
        await using WholeServer server = await WholeServer.StartAsync(postgres);
        string folder = Directory.CreateTempSubdirectory("xchat-wallets-").FullName;
        await using XChatClient alice = await OpenAsync(server, folder, "alice");
        await using XChatClient bob = await OpenAsync(server, folder, "bobby");
        await server.Grains.Wallet(WalletCluster.Rail).Transfer(
            WalletCluster.Order(WalletKey.Of(new UserId(alice.Self!.User), WalletCluster.Euro), 100_00, TransferReason.Deposit));
        Guid chat = await alice.OpenDirectAsync("@bobby", Cancelled);
        ConcurrentQueue<ChatEvent> heard = [];
        Task listening = ListenAsync(bob, heard);

        PaymentOutcome paid = await alice.PayAsync(Draft(bob, 12_34) with { Conversation = chat, Memo = "lunch" }, Cancelled);
        PaymentOutcome waiting = await alice.PayAsync(Draft(bob, 20_00) with { Conversation = chat, WithAcceptance = true }, Cancelled);
        PaymentOutcome declined = await alice.PayAsync(Draft(bob, 5_00) with { WithAcceptance = true }, Cancelled);
        PaymentOutcome tooMuch = await alice.PayAsync(Draft(bob, 1000_00), Cancelled);

        Assert.Equal(
            [WalletStatus.Accepted, WalletStatus.Accepted, WalletStatus.Accepted, WalletStatus.InsufficientFunds],
            new[] { paid, waiting, declined, tooMuch }.Select(outcome => outcome.Status));
        Assert.Equal("lunch", ((PaymentContent)(await CardAsync(bob, chat, paid.Transfer)).Content!).Memo);
        Assert.Equal(PaymentState.Pending, (await bob.GetTransferAsync(waiting.Transfer, Cancelled)).State);
        Assert.Equal(WalletStatus.NotAllowed, (await alice.AcceptPaymentAsync(waiting.Transfer, Cancelled)).Status);
        Assert.Equal(WalletStatus.Accepted, (await bob.AcceptPaymentAsync(waiting.Transfer, Cancelled)).Status);
        Assert.Equal(WalletStatus.AlreadyAccepted, (await bob.AcceptPaymentAsync(waiting.Transfer, Cancelled)).Status);
        Assert.Equal(WalletStatus.Accepted, (await bob.DeclinePaymentAsync(declined.Transfer, Cancelled)).Status);
        await Eventually.HoldsAsync(() => heard.OfType<WalletMoved>().Any(moved => moved.Transfer == declined.Transfer), Cancelled);

        TransferReceipt receipt = await alice.GetTransferAsync(waiting.Transfer, Cancelled);
        Assert.Equal(
            (PaymentState.Completed, alice.Self!.User, bob.Self!.User, new Amount("2000", "EUR"), new Amount("2000", "EUR"), chat),
            (receipt.State, receipt.Payer, receipt.Payee, receipt.Amount, receipt.Settled, receipt.Conversation));
        Assert.Equal(PaymentState.Declined, (await alice.GetTransferAsync(declined.Transfer, Cancelled)).State);
        Assert.Equal(("6766", "0"), Balance(await alice.BalancesAsync(Cancelled)));
        Assert.Equal(("3234", "0"), Balance(await bob.BalancesAsync(Cancelled)));
        await SameStatementsAsync(alice, bob);
        await bob.DisposeAsync();
        await listening;
    }

    private static async Task SameStatementsAsync(XChatClient alice, XChatClient bob)
    {
        StatementQuery all = new(WalletCluster.Euro);
        List<StatementLine> hers = await ReadAsync(alice, all);
        List<StatementLine> his = await ReadAsync(bob, all);

        Assert.Equal("6766", hers[0].Balance.MinorUnits);
        Assert.Equal("3234", his[0].Balance.MinorUnits);
        Assert.Equal(
            hers.Where(line => line.Reason == TransferReason.Payment).Select(line => (line.Transfer, line.Kind, line.Amount, line.TimeMs)),
            his.Select(line => (line.Transfer, line.Kind, line.Amount, line.TimeMs)));
        Assert.Single(await ReadAsync(alice, all with { Direction = StatementDirection.In }));
    }

    private static async Task<List<StatementLine>> ReadAsync(XChatClient client, StatementQuery query)
    {
        List<StatementLine> lines = [];
        await foreach (StatementLine line in client.StatementAsync(query, Cancelled))
        {
            lines.Add(line);
        }

        return lines;
    }

    private static (string Available, string Reserved) Balance(IReadOnlyList<WalletView> wallets)
    {
        WalletView euros = Assert.Single(wallets);
        return (euros.Available.MinorUnits, euros.Reserved.MinorUnits);
    }

    private static PaymentDraft Draft(XChatClient to, long minorUnits) => new(to.Self!.User, new Money(minorUnits, WalletCluster.Euro));

    private static async Task<XChatClient> OpenAsync(WholeServer server, string folder, string name)
    {
        XChatClient client = await XChatClient.OpenAsync(
            new XChatClientOptions { ProfileFolder = Path.Combine(folder, name), Server = new Uri(server.Url) }, Cancelled);
        await client.RegisterAsync(name, Cancelled);
        await client.ConnectAsync(Cancelled);
        return client;
    }

    private static async Task ListenAsync(XChatClient client, ConcurrentQueue<ChatEvent> heard)
    {
        await foreach (ChatEvent happened in client.ListenAsync(CancellationToken.None))
        {
            heard.Enqueue(happened);
        }
    }

    private static async Task<ChatMessage> CardAsync(XChatClient client, Guid conversation, Guid transfer) => (await Eventually.GetAsync(
        async () => (await client.ReadAsync(conversation, 0, 100, Cancelled)).FirstOrDefault(line => line.Kind == MessageKind.Payment && line.Id == transfer),
        line => line is not null,
        Cancelled))!;
}
