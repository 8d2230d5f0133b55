using System.Net;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.Protocol;
using XChat.Protocol.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>One device or address that calls too often is told so, and others do not notice it.</summary>
public sealed class RateLimitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_says_when_to_try_again()
    {
        await using FrontendHost host = await FrontendHost.StartAsync(
            new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
            ("XChat:RateLimits:Registrations:Burst", "1"), ("XChat:RateLimits:Registrations:PerMinute", "2"));
        using StringContent body = new("{}", Encoding.UTF8, "application/json");
        using StringContent again = new("{}", Encoding.UTF8, "application/json");

        using HttpResponseMessage first = await host.Http.PostAsync(new Uri(host.Url + Routes.Accounts), body, Cancelled);
        using HttpResponseMessage second = await host.Http.PostAsync(new Uri(host.Url + Routes.Accounts), again, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(30, second.Headers.RetryAfter?.Delta?.TotalSeconds);
        using JsonDocument problem = JsonDocument.Parse(await second.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(("rate_limited", 30), (
            problem.RootElement.GetProperty("reason").GetString(), problem.RootElement.GetProperty("retryAfterSeconds").GetInt32()));
    }

    [Fact]
    public void Every_hub_method_has_a_weight_that_its_bucket_can_hold()
    {
        foreach (string method in typeof(IChatHub).GetMethods().Select(method => method.Name))
        {
            Assert.InRange(RateLimitPolicy.Of(method, []).Weight, 1, RateLimitPolicy.HeaviestCall);
        }
    }

    [Fact]
    public void A_table_of_buckets_stays_bounded_and_forgets_idle_keys_first()
    {
        BucketTable<int> table = new(new RateLimit { Burst = 1, PerMinute = 1 }, most: 100, TimeProvider.System);
        for (int key = 0; key < 100; key++)
        {
            table.Take(key, 1);
        }

        table.Take(1_000, 1);
        CallRefusedException shared = Assert.Throws<CallRefusedException>(() => table.Take(2_000, 1));

        Assert.Equal(100, table.Count);
        Assert.Equal(ErrorReason.RateLimited, shared.Reason);
        Assert.InRange(shared.RetryAfterSeconds!.Value, 1, 60);
    }

    [Fact]
    public async Task Every_wrong_limit_is_named_at_start()
    {
        OptionsValidationException wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => FrontendHost.StartAsync(
            ("XChat:RateLimits:Calls:Burst", "3"), ("XChat:RateLimits:Claims:PerMinute", "0"), ("XChat:RateLimits:Tracked", "1")));

        Assert.Equal(3, wrong.Failures.Count());
        Assert.Contains("XChat:RateLimits:Calls:Burst is 3", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_share_a_bucket_and_IPv4_addresses_do_not()
    {
        Assert.Equal(Key("2001:db8:1:2:3::1"), Key("2001:db8:1:2:ffff::9"));
        Assert.NotEqual(Key("2001:db8:1:2::1"), Key("2001:db8:1:3::1"));
        Assert.NotEqual(Key("192.0.2.1"), Key("192.0.2.2"));
        Assert.Equal(Key("192.0.2.1"), Key("::ffff:192.0.2.1"));

        static UInt128 Key(string address) => AddressLimits.KeyOf(IPAddress.Parse(address));
    }
}
