using System.Diagnostics.Metrics;

using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using XChat.Frontend;
using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.Protocol;
using XChat.Protocol.Delivery;
using XChat.Testing;

namespace XChat.ClusterTests.Frontend;

/// <summary>Past its capacity a frontend refuses newcomers at once and goes on serving those it let in.</summary>
public sealed class AdmissionTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(900);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Beyond_the_limit_a_call_is_refused_and_let_in_again_when_another_has_left()
    {
        CallAdmission admission = Create(least: 2, most: 2);
        CallAdmission.Pass first = admission.Enter();
        using CallAdmission.Pass second = admission.Enter();

        CallRefusedException refused = Assert.Throws<CallRefusedException>(() => admission.Enter());
        first.Dispose();
        using CallAdmission.Pass third = admission.Enter();

        Assert.Equal(ErrorReason.Unavailable, refused.Reason);
        Assert.NotNull(refused.RetryAfterSeconds);
        Assert.Equal(2, admission.Inside);
    }

    [Fact]
    public async Task The_limit_can_be_seen_before_anybody_has_called()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        IMeterFactory meters = host.Services.GetRequiredService<IMeterFactory>();
        List<int> limits = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "call.admission.limit" && instrument.Meter.Scope == meters)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, limit, _, _) => limits.Add(limit));

        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(host.Services.GetRequiredService<CallAdmission>().Limit, Assert.Single(limits));
    }

    [Fact]
    public void Slow_answers_lower_the_limit_down_to_the_least_and_fast_ones_under_load_raise_it_again()
    {
        CallAdmission admission = Create(least: 40, most: 4_000);
        int atFirst = admission.Limit;

        Serve(admission, rounds: 100, Slow);
        int afterSlow = admission.Limit;
        Serve(admission, rounds: 200, Fast);

        Assert.Equal(40, afterSlow);
        Assert.True(admission.Limit > atFirst, $"It is {admission.Limit}, and began with {atFirst}.");
        Assert.Equal(0, admission.Inside);
    }

    [Fact]
    public void A_server_that_is_hardly_used_learns_nothing_about_its_capacity()
    {
        CallAdmission admission = Create(least: 40, most: 4_000);
        int atFirst = admission.Limit;

        for (int call = 0; call < 1_000; call++)
        {
            using CallAdmission.Pass pass = admission.Enter();
            _time.Advance(Fast);
        }

        Assert.Equal(atFirst, admission.Limit);
    }

    [Fact]
    public async Task A_client_of_an_overloaded_frontend_hears_that_nothing_was_done()
    {
        await using FrontendHost host = await FrontendHost.StartAsync(("XChat:Admission:LeastCalls", "1"), ("XChat:Admission:MostCalls", "1"));
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());
        await host.RoutedAsync(1);
        using CallAdmission.Pass busy = host.Services.GetRequiredService<CallAdmission>().Enter();

        HubException refused = await Assert.ThrowsAsync<HubException>(
            () => connection.InvokeAsync<object>(nameof(IChatHub.FindAccountByHandle), "@somebody", TestContext.Current.CancellationToken));

        Assert.Contains("unavailable: The server is overloaded", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_wait_after_a_refusal_hears_of_the_next_one_when_it_should_have_come()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        await using FrontendHost host = await FrontendHost.StartAsync(time, ("XChat:Admission:LeastCalls", "1"), ("XChat:Admission:MostCalls", "1"));
        await using HubConnection one = await host.ConnectAsync(FrontendHost.NewCaller());
        await using HubConnection other = await host.ConnectAsync(FrontendHost.NewCaller());
        await host.RoutedAsync(2);
        using CallAdmission.Pass busy = host.Services.GetRequiredService<CallAdmission>().Enter();
        static Task<object> CallAsync(HubConnection connection) =>
            connection.InvokeAsync<object>(nameof(IChatHub.FindAccountByHandle), "@somebody", TestContext.Current.CancellationToken);

        _ = await Assert.ThrowsAsync<HubException>(() => CallAsync(one));
        Task<object> hasty = CallAsync(one);
        // Others do not wait for it.
        _ = await Assert.ThrowsAsync<HubException>(() => CallAsync(other));
        Assert.False(hasty.IsCompleted);

        // It may be on its way to the server still, and begin to wait only then.
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(CallAdmission.RetryAfter);
                return hasty.IsCompleted;
            },
            TestContext.Current.CancellationToken);
        _ = await Assert.ThrowsAsync<HubException>(() => hasty);
    }

    [Fact]
    public async Task Every_wrong_option_is_named_at_start()
    {
        OptionsValidationException wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => FrontendHost.StartAsync(
            ("XChat:Admission:LeastCalls", "0"), ("XChat:Admission:MostCalls", "2000000"), ("XChat:Admission:TargetMilliseconds", "1")));

        Assert.Equal(3, wrong.Failures.Count());
    }

    /// <summary>As many calls as are let in, all answered after the same time, again and again.</summary>
    private void Serve(CallAdmission admission, int rounds, TimeSpan answer)
    {
        for (int round = 0; round < rounds; round++)
        {
            List<CallAdmission.Pass> inside = [];
            while (admission.Inside < admission.Limit)
            {
                inside.Add(admission.Enter());
            }

            _time.Advance(answer > CallAdmission.Window ? answer : CallAdmission.Window / 4);
            inside.ForEach(pass => pass.Dispose());
        }
    }

    private CallAdmission Create(int least, int most)
    {
        ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        return new CallAdmission(
            Options.Create(new AdmissionOptions { LeastCalls = least, MostCalls = most }),
            new FrontendMetrics(services.GetRequiredService<IMeterFactory>()),
            _time);
    }
}
