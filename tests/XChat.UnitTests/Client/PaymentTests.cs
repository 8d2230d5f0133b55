using System.Collections.Concurrent;
using System.Text;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Client.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.Wallets;
using XChat.Testing;

namespace XChat.UnitTests.Client;

/// <summary>A device that pays: one intent is one payment, whatever is lost, and its card is only for the members.</summary>
public sealed class PaymentTests
{
    private static readonly Money Price = new(12_34, new Currency("EUR"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payment_appears_to_both_with_its_memo_that_the_server_cannot_read()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        await alice.SendAsync(chat, "hello");

        PaymentOutcome paid = await alice.Client.PayAsync(Draft(bob, chat, "for the lunch"), Cancelled);

        Assert.True(paid.Accepted);
        Assert.Equal(new PaymentContent(paid.Transfer, "for the lunch"), (await CardAsync(alice, chat, paid.Transfer)).Content);
        ChatMessage seen = await CardAsync(bob, chat, paid.Transfer);
        Assert.Equal((new PaymentContent(paid.Transfer, "for the lunch"), alice.User, false), (seen.Content, seen.User, seen.Own));
        byte[] memo = Encoding.UTF8.GetBytes("for the lunch");
        Assert.All(server.Conversation(chat).Log, entry => Assert.Equal(-1, entry.Payload.AsSpan().IndexOf(memo)));
        await bob.SendAsync(chat, "thanks");
        await alice.ReadsAsync(chat, "hello", "thanks");
        await Eventually.HoldsAsync(() => alice.Client.Store.Read(transaction => transaction.Payments()).Count == 0, Cancelled);
    }

    [Fact]
    public async Task One_call_too_many_says_that_the_payment_is_kept_and_it_is_paid_once()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        int calls = 0;
        server.OnRequest = (_, method) =>
        {
            if (method == nameof(IChatHub.Pay) && Interlocked.Increment(ref calls) == 1)
            {
                throw new XChatException(ClientErrorReason.RateLimited, "Too many calls: try again in 1 s.");
            }
        };

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(Draft(bob, chat, "once"), Cancelled));
        await Eventually.HoldsAsync(() => server.Wallets.Paid.Count == 1, Cancelled);

        Assert.Equal(ClientErrorReason.RateLimited, refused.Reason);
        Assert.Contains("do not pay it a second time", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_lost_answer_or_request_the_next_connection_settles_the_same_payment(bool arrives)
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        Lose(server, arrives);

        XChatException unknown = await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(Draft(bob, chat, "once"), Cancelled));
        await alice.EndAsync();
        (server.OnRequest, server.OnAnswer) = (null, null);
        await alice.OpenAsync();
        ConcurrentQueue<PaymentOutcome> settled = [];
        Task listening = ListenAsync(alice, settled);
        await alice.ConnectAsync();
        await Eventually.HoldsAsync(() => settled.Count == 1, Cancelled);

        Assert.Equal(ClientErrorReason.ServerUnreachable, unknown.Reason);
        Guid transfer = Assert.Single(server.Wallets.Paid).Value;
        Assert.Equal("once", ((PaymentContent)(await CardAsync(bob, chat, transfer)).Content!).Memo);
        Assert.Equal("once", ((PaymentContent)(await CardAsync(alice, chat, transfer)).Content!).Memo);
        Assert.Single(server.Conversation(chat).Log, entry => entry.Kind == EntryKind.Payment);
        Assert.Single(server.Calls.Where(call => call.Method == nameof(IChatHub.Pay))
            .Select(call => Convert.ToHexString(((PayRequest)call.Request!).Order)).Distinct());
        await alice.EndAsync();
        await listening;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_lost_is_settled_over_the_same_connection_also_when_the_card_came_first(bool arrives)
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        ConcurrentQueue<PaymentOutcome> settled = [];
        Task listening = ListenAsync(alice, settled);
        Lose(server, arrives);
        PaymentDraft draft = Draft(bob, chat, "once");

        await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(draft, Cancelled));
        if (arrives)
        {
            await CardAsync(alice, chat, draft.Transfer);
        }

        (server.OnRequest, server.OnAnswer) = (null, null);
        await Eventually.HoldsAsync(() => settled.Count == 1, Cancelled);

        PaymentOutcome known = Assert.Single(settled);
        Assert.True(known.Accepted);
        Assert.Equal(draft.Transfer, known.Transfer);
        Assert.Equal(draft.Transfer, Assert.Single(server.Wallets.Paid).Value);
        Assert.Equal("once", ((PaymentContent)(await CardAsync(alice, chat, draft.Transfer)).Content!).Memo);
        await Eventually.HoldsAsync(() => alice.Client.Store.Read(transaction => transaction.Payments()).Count == 0, Cancelled);
        await alice.EndAsync();
        await listening;
    }

    [Fact]
    public async Task A_draft_that_is_paid_again_after_an_unknown_outcome_is_paid_once()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        PaymentDraft draft = Draft(bob, chat, "once");
        Lose(server, arrives: true);

        await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(draft, Cancelled));
        (server.OnRequest, server.OnAnswer) = (null, null);
        PaymentOutcome again = await alice.Client.PayAsync(draft, Cancelled);
        PaymentOutcome later = await alice.Client.PayAsync(draft, Cancelled);

        Assert.True(again.Accepted);
        Assert.False(later.Accepted && later.Status != WalletStatus.AlreadyAccepted);
        Assert.Equal(draft.Transfer, Assert.Single(server.Wallets.Paid).Value);
        Assert.Single(server.Conversation(chat).Log, entry => entry.Kind == EntryKind.Payment);
    }

    [Fact]
    public async Task A_card_that_comes_too_late_for_its_epoch_is_made_up_for_by_a_message()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        server.Wallets.CardsComeLate = true;

        PaymentOutcome paid = await alice.Client.PayAsync(Draft(bob, chat, "late"), Cancelled);

        Assert.Null((await CardAsync(bob, chat, paid.Transfer)).Content);
        await Eventually.HoldsAsync(
            async () => (await bob.Client.ReadAsync(chat, 0, 100, Cancelled))
                .Any(line => line.Kind == MessageKind.Content && line.Content is PaymentContent { Memo: "late" } late && late.Transfer == paid.Transfer),
            Cancelled);
    }

    [Fact]
    public async Task A_card_is_not_shown_for_another_transfer_than_its_payer_made_it_for()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        TransferId other = TransferId.New();
        server.Wallets.Shown = _ => other;

        await alice.Client.PayAsync(Draft(bob, chat, "mine"), Cancelled);

        Assert.Null((await CardAsync(bob, chat, other.Value)).Content);
    }

    [Fact]
    public async Task Nothing_leaves_when_the_payment_cannot_be()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);

        foreach ((PaymentDraft draft, ClientErrorReason reason) in new[]
            {
                (Draft(bob, chat, "") with { Amount = Price with { MinorUnits = 0 } }, ClientErrorReason.InvalidInput),
                (Draft(bob, chat, new string('x', ContentCodec.MemoBytes + 1)), ClientErrorReason.InvalidInput),
                (Draft(bob, Guid.Empty, "a memo without a card"), ClientErrorReason.InvalidInput),
                (Draft(bob, Guid.NewGuid(), ""), ClientErrorReason.NotFound),
            })
        {
            XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(draft, Cancelled));
            Assert.Equal(reason, refused.Reason);
        }

        Assert.DoesNotContain(server.Calls, call => call.Method == nameof(IChatHub.Pay));
        Assert.Equal(WalletStatus.SelfPayment, (await alice.Client.PayAsync(Draft(alice, chat, ""), Cancelled)).Status);
    }

    private static PaymentDraft Draft(TestDevice to, Guid conversation, string memo) => new(to.User, Price) { Conversation = conversation, Memo = memo };

    private static void Lose(RuledServer server, bool arrives)
    {
        void Fail(Caller caller, string method)
        {
            if (method == nameof(IChatHub.Pay))
            {
                throw new XChatException(ClientErrorReason.ServerUnreachable, "The test lost it.");
            }
        }

        server.OnRequest = arrives ? null : Fail;
        server.OnAnswer = arrives ? Fail : null;
    }

    private static async Task ListenAsync(TestDevice device, ConcurrentQueue<PaymentOutcome> settled)
    {
        await foreach (ChatEvent happened in device.Client.ListenAsync(Cancelled))
        {
            if (happened is PaymentSettled payment)
            {
                settled.Enqueue(payment.Outcome);
            }
        }
    }

    /// <summary>Waits for the line that shows a payment.</summary>
    private static async Task<ChatMessage> CardAsync(TestDevice device, Guid conversation, Guid transfer) => (await Eventually.GetAsync(
        async () => (await device.Client.ReadAsync(conversation, 0, 100, Cancelled)).FirstOrDefault(
            line => line.Kind == MessageKind.Payment && line.Id == transfer),
        line => line is not null,
        Cancelled))!;
}
