using System.Text.Json.Nodes;

using Stripe;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Wallets;
using XChat.Rails.Stripe;
using XChat.Testing.Accounts;

namespace XChat.ClusterTests.Rails;

/// <summary>The contract of rails with Stripe.net against a stub of Stripe, and what is Stripe's own.</summary>
public sealed class StripeRailTests : PaymentRailContract
{
    private readonly ShiftedTime _time = new();
    private StripeStub _stripe = null!;

    protected override (string Good, string Refused) Destinations => ("acct_good", "acct_closed");

    protected override string UnknownReference => "cs_nothing";

    [Fact]
    public async Task A_deposit_is_paid_on_a_page_of_Stripes_and_fails_when_nobody_does()
    {
        RailInstruction order = New(RailPaymentKind.Deposit);
        RailReport open = await Rail.SubmitAsync(order, Cancelled);
        Assert.StartsWith("https://checkout.stripe.com/", open.Instruction, StringComparison.Ordinal);

        _stripe.Expire(open.Reference);

        RailReport expired = (await FindAsync(order, open.Reference))!;
        Assert.Equal((RailStage.Failed, "nobody paid in time", string.Empty), (expired.Stage, expired.Failure, expired.Instruction));
    }

    [Fact]
    public async Task A_deposit_by_a_slow_way_is_under_way_until_it_has_come_or_has_not()
    {
        RailInstruction order = New(RailPaymentKind.Deposit);
        RailReport told = await Rail.SubmitAsync(order, Cancelled);

        _stripe.Pay(told.Reference, slowly: true);
        Assert.Equal(RailStage.UnderWay, (await FindAsync(order, told.Reference))!.Stage);
        _stripe.Bounce(told.Reference);

        RailReport failed = (await FindAsync(order, told.Reference))!;
        Assert.Equal((RailStage.Failed, "insufficient_funds"), (failed.Stage, failed.Failure));
    }

    [Fact]
    public async Task What_a_dispute_takes_has_come_back_and_what_it_gives_again_has_not()
    {
        RailInstruction order = New(RailPaymentKind.Deposit);
        RailReport told = await Rail.SubmitAsync(order, Cancelled);
        _stripe.Pay(told.Reference);

        string dispute = _stripe.Dispute(told.Reference);
        (IReadOnlyList<WebhookHeader> headers, byte[] body) = StripeStub.Event(
            "charge.dispute.funds_withdrawn", new JsonObject { ["id"] = dispute, ["payment_intent"] = _stripe.IntentOf(told.Reference) }, Now);
        RailWebhook news = await ReadAsync(headers, body, Now);

        Assert.Equal((order.Payment, 12_34L), (news.Payment, news.Report!.ReturnedMinorUnits));
        Assert.Equal([-12_34, 12_34], await StatedAsync(order));
        _stripe.Reinstate(dispute);
        Assert.Equal(0, (await FindAsync(order, told.Reference))!.ReturnedMinorUnits);
        Assert.Equal([-12_34, 12_34, 12_34], await StatedAsync(order));
    }

    [Theory]
    [InlineData(RailPaymentKind.Deposit)]
    [InlineData(RailPaymentKind.Withdrawal)]
    public async Task An_order_whose_answer_was_lost_is_given_again_and_done_once(RailPaymentKind kind)
    {
        RailInstruction order = New(kind);
        _stripe.Trouble = StripeTrouble.LoseAnswers;
        await Assert.ThrowsAsync<RailUnavailableException>(() => Rail.SubmitAsync(order, Cancelled));

        _stripe.Trouble = StripeTrouble.None;
        RailReport told = await Rail.SubmitAsync(order, Cancelled);

        Assert.Equal((12_34L, 1), (told.MinorUnits, _stripe.Orders));
    }

    [Theory]
    [InlineData(RailPaymentKind.Deposit)]
    [InlineData(RailPaymentKind.Withdrawal)]
    public async Task An_order_that_is_older_than_Stripes_memory_of_keys_is_looked_for_before_it_is_given_again(RailPaymentKind kind)
    {
        RailInstruction order = New(kind);
        _stripe.Trouble = StripeTrouble.FailAfterwards;
        await Assert.ThrowsAsync<RailUnavailableException>(() => Rail.SubmitAsync(order, Cancelled));
        _stripe.Trouble = StripeTrouble.None;
        // Stripe repeats its answer under the key: what has happened stays unknown.
        await Assert.ThrowsAsync<RailUnavailableException>(() => Rail.SubmitAsync(order, Cancelled));
        for (int other = 0; other < 4; other++)
        {
            await Rail.SubmitAsync(New(kind), Cancelled);
        }

        _stripe.ForgetKeys();
        _time.Advance(TimeSpan.FromHours(25));
        RailReport told = await Rail.SubmitAsync(order, Cancelled);

        Assert.Equal((12_34L, 5), (told.MinorUnits, _stripe.Orders));
        Assert.Equal(told, await FindAsync(order, told.Reference));
    }

    [Fact]
    public async Task An_order_that_differs_under_its_key_is_not_said_to_have_failed()
    {
        RailInstruction order = New(RailPaymentKind.Withdrawal);
        await Rail.SubmitAsync(order, Cancelled);

        await Assert.ThrowsAsync<RailUnavailableException>(() => Rail.SubmitAsync(order with { Destination = "acct_other" }, Cancelled));

        Assert.Equal(1, _stripe.Orders);
    }

    [Fact]
    public async Task A_key_that_Stripe_does_not_know_fails_no_payment()
    {
        using StripeRail other = new(OptionsOf("sk_test_revoked"), _time);

        await Assert.ThrowsAsync<RailUnavailableException>(() => other.SubmitAsync(New(RailPaymentKind.Withdrawal), Cancelled));
    }

    [Fact]
    public async Task What_Stripe_charges_is_no_movement_of_anybodys_money_and_what_it_cannot_name_is()
    {
        _stripe.Book("stripe_fee", -1_00);
        _stripe.Book("reserve_hold", -20_00);
        _stripe.Book("payout", -30_00);

        RailStatement statement = await Rail.ReadStatementAsync(DateOnly.FromDateTime(Now.UtcDateTime), Cancelled);

        RailStatementLine line = Assert.Single(statement.Lines);
        Assert.Equal((Guid.Empty, -30_00L), (line.Payment, line.MinorUnits));
        Assert.Equal([new RailStatementBalance(Euro, null, null)], statement.Balances);
    }

    [Fact]
    public async Task A_webhook_is_refused_for_two_timestamps_and_passed_over_when_it_is_about_nothing_of_ours()
    {
        JsonObject about = new() { ["id"] = "cs_test_of_a_shop", ["payment_intent"] = "pi_of_a_shop" };
        (IReadOnlyList<WebhookHeader> headers, byte[] body) = StripeStub.Event("customer.created", about, Now);
        Assert.Equal(RailWebhook.Nothing, await ReadAsync(headers, body, Now));
        (headers, body) = StripeStub.Event("charge.refunded", about.DeepClone().AsObject(), Now);
        Assert.Equal(RailWebhook.Nothing, await ReadAsync(headers, body, Now));

        // Signed an hour ago, with a fresh timestamp that nobody signed before or behind.
        string old = $"{Now.AddHours(-1).ToUnixTimeSeconds()}";
        string signed = $"t={old},v1={StripeStub.Sign(StripeStub.Secret, old, body)}";
        string fresh = $"t={Now.ToUnixTimeSeconds()}";
        foreach (string header in (string[])[$"{fresh},{signed}", $"{signed},{fresh}", $" {fresh} , {signed}", "t=,v1=", "v1=00", $"{fresh}", "t=-1,v1=00"])
        {
            Assert.Equal(WebhookVerdict.Malformed, (await ReadAsync([new WebhookHeader("stripe-signature", header)], body, Now)).Verdict);
        }

        Assert.Equal(WebhookVerdict.Stale, (await ReadAsync([new WebhookHeader("stripe-signature", signed)], body, Now)).Verdict);
        byte[] text = "no json"u8.ToArray();
        string time = $"{Now.ToUnixTimeSeconds()}";
        Assert.Equal(
            WebhookVerdict.Malformed,
            (await ReadAsync([new WebhookHeader("stripe-signature", $"t={time},v1={StripeStub.Sign(StripeStub.Secret, time, text)}")], text, Now)).Verdict);
    }

    [Fact]
    public async Task A_webhook_that_Stripe_does_not_explain_now_has_to_come_again()
    {
        RailInstruction order = New(RailPaymentKind.Deposit);
        RailReport told = await Rail.SubmitAsync(order, Cancelled);
        _stripe.Pay(told.Reference);
        (IReadOnlyList<WebhookHeader> headers, byte[] body, DateTimeOffset at) = await WebhookAsync(order, told.Reference, forged: false);

        await BeAwayAsync(true);
        await Assert.ThrowsAsync<RailUnavailableException>(() => ReadAsync(headers, body, at));
        await BeAwayAsync(false);

        Assert.Equal(RailStage.Settled, (await ReadAsync(headers, body, at)).Report!.Stage);
    }

    [Fact]
    public async Task What_Stripes_own_library_signs_is_believed_under_the_old_secret_and_the_new()
    {
        string json = new JsonObject { ["type"] = "ping", ["data"] = new JsonObject { ["object"] = new JsonObject() } }.ToJsonString();
        byte[] body = System.Text.Encoding.UTF8.GetBytes(json);
        foreach ((string secret, WebhookVerdict expected) in ((string, WebhookVerdict)[])
            [("whsec_before", WebhookVerdict.Valid), (StripeStub.Secret, WebhookVerdict.Valid), ("whsec_else", WebhookVerdict.SignatureInvalid)])
        {
            string header = EventUtility.GenerateSignatureHeader(json, secret, Now.ToUnixTimeSeconds());
            Assert.Equal(expected, (await ReadAsync([new WebhookHeader("stripe-signature", header)], body, Now)).Verdict);
        }
    }

    [Theory]
    [InlineData("acct_1MTfjCQ9PRzxEwkZ", true)]
    [InlineData("acct_", false)]
    [InlineData("acct_1/../2", false)]
    [InlineData("acct_é", false)]
    [InlineData("ba_1", false)]
    [InlineData("", false)]
    public void A_destination_is_a_connected_account(string destination, bool taken) => Assert.Equal(taken, Rail.TakesDestination(destination));

    protected override async Task<IPaymentRail> StartAsync()
    {
        _stripe = await StripeStub.StartAsync(_time);
        return new StripeRail(OptionsOf(StripeStub.Key), _time);
    }

    protected override ValueTask StopAsync() => _stripe.DisposeAsync();

    protected override Task EndAsync(RailInstruction order, string reference, bool settled)
    {
        // A transfer is done when it is answered.
        if (order.Kind == RailPaymentKind.Deposit)
        {
            if (settled)
            {
                _stripe.Pay(reference);
            }
            else
            {
                _stripe.Expire(reference);
            }
        }

        return Task.CompletedTask;
    }

    protected override Task ReturnAsync(RailInstruction order, string reference, long minorUnits)
    {
        _stripe.Return(reference, minorUnits);
        return Task.CompletedTask;
    }

    protected override Task BeAwayAsync(bool away)
    {
        _stripe.Trouble = away ? StripeTrouble.Away : StripeTrouble.None;
        return Task.CompletedTask;
    }

    protected override Task<(IReadOnlyList<WebhookHeader> Headers, byte[] Body, DateTimeOffset At)> WebhookAsync(
        RailInstruction order, string reference, bool forged)
    {
        DateTimeOffset now = Now;
        (IReadOnlyList<WebhookHeader> headers, byte[] body) = StripeStub.Event(
            "checkout.session.completed", new JsonObject { ["id"] = reference }, now, forged ? "whsec_of_somebody_else" : StripeStub.Secret);
        return Task.FromResult((headers, body, now));
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private StripeRailOptions OptionsOf(string key) => new()
    {
        ApiKey = key,
        WebhookSecrets = $"whsec_before {StripeStub.Secret}",
        ReturnUrl = "https://chat.example/paid",
        ApiBase = _stripe.Url,
    };
}
