using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;
using XChat.Protocol.Wallets;

namespace XChat.ClusterTests.Rails;

/// <summary>What every adapter of a rail has to do, against something that answers it over HTTP.</summary>
public abstract class PaymentRailContract : IAsyncLifetime
{
    protected static readonly Currency Euro = new("EUR");

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected IPaymentRail Rail { get; private set; } = null!;

    /// <summary>A destination that the rail pays to, and one that it takes for one and refuses.</summary>
    protected abstract (string Good, string Refused) Destinations { get; }

    /// <summary>A name that the rail might have given a payment, and has not.</summary>
    protected abstract string UnknownReference { get; }

    public async ValueTask InitializeAsync() => Rail = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        (Rail as IDisposable)?.Dispose();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(RailPaymentKind.Deposit)]
    [InlineData(RailPaymentKind.Withdrawal)]
    public async Task It_does_once_what_it_is_told_twice_and_tells_how_it_stands(RailPaymentKind kind)
    {
        RailInstruction order = New(kind);

        RailReport[] told = await Task.WhenAll(Rail.SubmitAsync(order, Cancelled), Rail.SubmitAsync(order, Cancelled));
        Assert.Equal(told[0], told[1]);
        // A rail may have done it while it answered.
        Assert.Contains(told[0].Stage, (RailStage[])[RailStage.UnderWay, RailStage.Settled]);
        Assert.Equal((12_34L, Euro, 0L, string.Empty), (told[0].MinorUnits, told[0].Currency, told[0].ReturnedMinorUnits, told[0].Failure));
        Assert.NotEmpty(told[0].Reference);

        await EndAsync(order, told[0].Reference, settled: true);
        RailReport settled = (await FindAsync(order, told[0].Reference))!;
        Assert.Equal((RailStage.Settled, told[0].Reference, string.Empty), (settled.Stage, settled.Reference, settled.Instruction));
        Assert.Equal([kind == RailPaymentKind.Deposit ? 12_34 : -12_34], await StatedAsync(order));
    }

    [Fact]
    public async Task A_deposit_that_did_not_come_about_has_failed_for_a_reason_and_no_money_has_moved()
    {
        RailInstruction order = New(RailPaymentKind.Deposit);
        RailReport told = await Rail.SubmitAsync(order, Cancelled);

        await EndAsync(order, told.Reference, settled: false);

        RailReport failed = (await FindAsync(order, told.Reference))!;
        Assert.Equal((RailStage.Failed, string.Empty), (failed.Stage, failed.Instruction));
        Assert.NotEmpty(failed.Failure);
        Assert.Empty(await StatedAsync(order));
    }

    [Fact]
    public async Task A_withdrawal_that_it_refuses_has_failed_however_often_it_is_told()
    {
        RailInstruction order = New(RailPaymentKind.Withdrawal) with { Destination = Destinations.Refused };
        Assert.True(Rail.TakesDestination(order.Destination));

        RailReport refused = await Rail.SubmitAsync(order, Cancelled);

        Assert.Equal((RailStage.Failed, 12_34L, Euro), (refused.Stage, refused.MinorUnits, refused.Currency));
        Assert.NotEmpty(refused.Failure);
        Assert.Equal(refused, await Rail.SubmitAsync(order, Cancelled));
        Assert.Empty(await StatedAsync(order));
    }

    [Theory]
    [InlineData(RailPaymentKind.Deposit)]
    [InlineData(RailPaymentKind.Withdrawal)]
    public async Task What_comes_back_adds_up_in_the_report_and_stands_in_the_statement(RailPaymentKind kind)
    {
        RailInstruction order = New(kind);
        RailReport told = await Rail.SubmitAsync(order, Cancelled);
        await EndAsync(order, told.Reference, settled: true);

        await ReturnAsync(order, told.Reference, 2_34);
        RailReport partly = (await FindAsync(order, told.Reference))!;
        await ReturnAsync(order, told.Reference, 10_00);
        RailReport wholly = (await FindAsync(order, told.Reference))!;

        Assert.Equal((RailStage.Settled, 2_34L), (partly.Stage, partly.ReturnedMinorUnits));
        Assert.Equal((RailStage.Settled, 12_34L), (wholly.Stage, wholly.ReturnedMinorUnits));
        long[] lines = kind == RailPaymentKind.Deposit ? [-10_00, -2_34, 12_34] : [-12_34, 2_34, 10_00];
        Assert.Equal(lines, await StatedAsync(order));
    }

    [Fact]
    public async Task What_it_never_heard_of_is_nothing()
    {
        foreach (RailPaymentKind kind in (RailPaymentKind[])[RailPaymentKind.Deposit, RailPaymentKind.Withdrawal])
        {
            Assert.Null(await Rail.FindAsync(new RailPaymentName(Guid.NewGuid(), kind, UnknownReference), Cancelled));
        }
    }

    [Fact]
    public async Task While_it_is_away_nothing_is_said_to_have_failed_and_when_it_is_back_it_does_what_it_is_told()
    {
        RailInstruction order = New(RailPaymentKind.Withdrawal);
        await BeAwayAsync(true);

        await Assert.ThrowsAsync<RailUnavailableException>(() => Rail.SubmitAsync(order, Cancelled));
        await Assert.ThrowsAsync<RailUnavailableException>(() => FindAsync(order, UnknownReference.Length == 0 ? "x" : UnknownReference));
        await Assert.ThrowsAsync<RailUnavailableException>(() => Rail.ReadStatementAsync(Today, Cancelled));

        await BeAwayAsync(false);
        Assert.NotEqual(RailStage.Failed, (await Rail.SubmitAsync(order, Cancelled)).Stage);
    }

    [Fact]
    public async Task The_statement_of_today_can_still_grow_and_that_of_a_day_that_is_over_cannot()
    {
        DateOnly day;
        RailStatement today;
        do
        {
            day = Today;
            today = await Rail.ReadStatementAsync(day, Cancelled);
        }
        while (day != Today);
        RailStatement before = await Rail.ReadStatementAsync(day.AddDays(-2), Cancelled);

        Assert.Equal((day, false), (today.Day, today.Final));
        Assert.Equal((day.AddDays(-2), true), (before.Day, before.Final));
        Assert.Empty(before.Lines);
    }

    [Fact]
    public async Task Its_webhooks_are_believed_when_it_signed_them_lately_and_never_else()
    {
        RailInstruction order = New(RailPaymentKind.Deposit);
        RailReport told = await Rail.SubmitAsync(order, Cancelled);
        await EndAsync(order, told.Reference, settled: true);
        (IReadOnlyList<WebhookHeader> headers, byte[] body, DateTimeOffset at) = await WebhookAsync(order, told.Reference, forged: false);

        RailWebhook good = await ReadAsync(headers, body, at);
        Assert.Equal((WebhookVerdict.Valid, order.Payment), (good.Verdict, good.Payment));
        Assert.Equal(await FindAsync(order, told.Reference), good.Report);
        Assert.Equal(good, await ReadAsync(headers, body, at));
        Assert.Equal(WebhookVerdict.Valid, (await ReadAsync(headers, body, at.AddMinutes(5))).Verdict);
        Assert.Equal(WebhookVerdict.Stale, (await ReadAsync(headers, body, at.AddMinutes(6))).Verdict);
        Assert.Equal(WebhookVerdict.Stale, (await ReadAsync(headers, body, at.AddMinutes(-6))).Verdict);
        Assert.Equal(WebhookVerdict.SignatureInvalid, (await ReadAsync(headers, [.. body, (byte)' '], at)).Verdict);
        Assert.Equal(WebhookVerdict.Malformed, (await ReadAsync([], body, at)).Verdict);
        (headers, body, at) = await WebhookAsync(order, told.Reference, forged: true);
        Assert.Equal(WebhookVerdict.SignatureInvalid, (await ReadAsync(headers, body, at)).Verdict);
        // Nobody learns from the answer whether an old signature was right.
        Assert.Equal(WebhookVerdict.SignatureInvalid, (await ReadAsync(headers, body, at.AddHours(1))).Verdict);
    }

    protected abstract Task<IPaymentRail> StartAsync();

    protected abstract ValueTask StopAsync();

    /// <summary>Has the other side settle a payment that it takes its time over, or have it fail.</summary>
    protected abstract Task EndAsync(RailInstruction order, string reference, bool settled);

    /// <summary>Has the other side take a part of a settled payment back.</summary>
    protected abstract Task ReturnAsync(RailInstruction order, string reference, long minorUnits);

    /// <summary>Has the other side answer nothing, or answer again.</summary>
    protected abstract Task BeAwayAsync(bool away);

    /// <summary>What the other side sends about a payment that has settled, and when it signed that.</summary>
    protected abstract Task<(IReadOnlyList<WebhookHeader> Headers, byte[] Body, DateTimeOffset At)> WebhookAsync(
        RailInstruction order, string reference, bool forged);

    protected RailInstruction New(RailPaymentKind kind) => new(
        Guid.NewGuid(), kind, Euro, 12_34, kind == RailPaymentKind.Withdrawal ? Destinations.Good : string.Empty, TimeProvider.System.GetUtcNow());

    protected Task<RailReport?> FindAsync(RailInstruction order, string reference) =>
        Rail.FindAsync(new RailPaymentName(order.Payment, order.Kind, reference), Cancelled);

    protected Task<RailWebhook> ReadAsync(IReadOnlyList<WebhookHeader> headers, byte[] body, DateTimeOffset at) =>
        Rail.ReadWebhookAsync(headers, body, at, Cancelled);

    /// <summary>What the statements since a payment was ordered have of it, the smallest first: midnight may be in between.</summary>
    protected async Task<IReadOnlyList<long>> StatedAsync(RailInstruction order)
    {
        List<RailStatementLine> lines = [];
        for (DateOnly day = DateOnly.FromDateTime(order.CreatedAt.UtcDateTime); day <= Today; day = day.AddDays(1))
        {
            lines.AddRange((await Rail.ReadStatementAsync(day, Cancelled)).Lines);
        }

        Assert.Equal(lines.Count, lines.Select(line => line.Line).Distinct().Count());
        return [.. lines.Where(line => line.Payment == order.Payment && line.Currency == Euro).Select(line => line.MinorUnits).Order()];
    }

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
}
