using XChat.Client;
using XChat.Client.Wallets;
using XChat.Protocol.Delivery;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Client;

/// <summary>A device that asks for a PIN before payments that are not small or few.</summary>
public sealed class PaymentPinTests
{
    private const string Pin = "4711-aB";
    private const string Wrong = "0000";

    private static readonly Currency Euro = new("EUR");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("EUR", 30_00, 0, 0, true)]
    [InlineData("EUR", 30_01, 0, 0, false)]
    [InlineData("EUR", 30_00, 70_00, 4, true)]
    [InlineData("EUR", 30_00, 70_01, 4, false)]
    [InlineData("EUR", 1, 0, 5, false)]
    [InlineData("JPY", 3000, 7000, 0, true)]
    [InlineData("JPY", 3001, 0, 0, false)]
    [InlineData("KWD", 30_000, 0, 0, true)]
    [InlineData("KWD", 30_001, 0, 0, false)]
    public void Small_payments_go_without_it_until_they_add_up(string currency, long minorUnits, long before, int payments, bool allowed) =>
        Assert.Equal(allowed, PaymentExemption.Allows(new Money(minorUnits, new Currency(currency)), before, payments));

    [Fact]
    public async Task A_payment_above_the_exemption_is_not_even_signed_without_the_pin()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        alice.Client.SetPaymentPin(Pin);

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(Draft(30_01), Cancelled));
        XChatException wrong = await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(Draft(30_01) with { Pin = Wrong }, Cancelled));

        Assert.StartsWith("PaymentPinNeeded: ", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("PaymentPinWrong: ", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Calls, call => call.Method == nameof(IChatHub.Pay));
        Assert.Empty(alice.Client.Store.Read(transaction => transaction.Payments()));
        Assert.True((await alice.Client.PayAsync(Draft(30_01) with { Pin = Pin }, Cancelled)).Accepted);

        PaymentDraft Draft(long minorUnits) => new(bob.User, new Money(minorUnits, Euro)) { Conversation = chat };
    }

    [Fact]
    public async Task Five_payments_go_without_it_and_the_sixth_does_not_until_it_is_given()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        await using TestDevice bob = await TestDevice.OnlineAsync(server, "bobby");
        Guid chat = await alice.OpenDirectAsync(bob);
        PaymentDraft Draft() => new(bob.User, new Money(1_00, Euro)) { Conversation = chat };
        alice.Client.SetPaymentPin(Pin);
        for (int payment = 0; payment < PaymentExemption.Count; payment++)
        {
            Assert.False(alice.Client.NeedsPaymentPin(Draft().Amount));
            Assert.True((await alice.Client.PayAsync(Draft(), Cancelled)).Accepted);
        }

        // The count outlives the process.
        await alice.EndAsync();
        await alice.OpenAsync();
        await alice.ConnectAsync();
        Assert.True(alice.Client.NeedsPaymentPin(Draft().Amount));
        await Assert.ThrowsAsync<XChatException>(() => alice.Client.PayAsync(Draft(), Cancelled));
        Assert.True((await alice.Client.PayAsync(Draft() with { Pin = Pin }, Cancelled)).Accepted);
        Assert.True((await alice.Client.PayAsync(Draft(), Cancelled)).Accepted);
    }

    [Fact]
    public async Task Wrong_pins_cost_a_wait_that_doubles_and_change_nothing()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        alice.Client.SetPaymentPin(Pin);
        for (int guess = 0; guess < 3; guess++)
        {
            Assert.StartsWith("PaymentPinWrong", Assert.Throws<XChatException>(() => alice.Client.RemovePaymentPin(Wrong)).Message, StringComparison.Ordinal);
        }

        // Even the right one has to wait.
        XChatException waits = Assert.Throws<XChatException>(() => alice.Client.RemovePaymentPin(Pin));
        Assert.StartsWith("PaymentPinWaits: the PIN was wrong 3 times; it can be tried again in 1 min", waits.Message, StringComparison.Ordinal);
        Assert.Throws<XChatException>(() => alice.Client.SetPaymentPin("another1", Pin));
        Assert.True(alice.Client.HasPaymentPin);
    }

    [Fact]
    public async Task Only_who_knows_the_pin_changes_or_removes_it()
    {
        RuledServer server = new();
        await using TestDevice alice = await TestDevice.OnlineAsync(server, "alice");
        Assert.False(alice.Client.HasPaymentPin);
        alice.Client.SetPaymentPin(Pin);

        Assert.Throws<XChatException>(() => alice.Client.SetPaymentPin("another1"));
        Assert.Throws<XChatException>(() => alice.Client.SetPaymentPin("another1", Wrong));
        alice.Client.SetPaymentPin("another1", Pin);
        Assert.Throws<XChatException>(() => alice.Client.RemovePaymentPin(Pin));
        alice.Client.RemovePaymentPin("another1");

        Assert.False(alice.Client.HasPaymentPin);
        Assert.False(alice.Client.NeedsPaymentPin(new Money(5_000_00, Euro)));
    }
}
