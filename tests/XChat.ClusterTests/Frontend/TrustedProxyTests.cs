using System.Net;
using System.Text;

using Microsoft.Extensions.Options;

using XChat.Protocol;

namespace XChat.ClusterTests.Frontend;

/// <summary>Limits by address, behind a proxy: an operator's is believed, a client that plays one is not.</summary>
public sealed class TrustedProxyTests
{
    private static readonly (string, string)[] OneRegistration =
        [("XChat:RateLimits:Registrations:Burst", "1"), ("XChat:RateLimits:Registrations:PerMinute", "1")];

    [Fact]
    public async Task Clients_behind_a_trusted_proxy_are_told_apart()
    {
        await using FrontendHost host = await FrontendHost.StartAsync([.. OneRegistration, ("XChat:TrustedProxies", "127.0.0.0/8, ::1")]);

        Assert.Equal(HttpStatusCode.BadRequest, await RegisterAsync(host, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await RegisterAsync(host, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.BadRequest, await RegisterAsync(host, "192.0.2.2"));
        // What a client wrote in front of what the proxy added is not believed.
        Assert.Equal(HttpStatusCode.TooManyRequests, await RegisterAsync(host, "198.51.100.7, 192.0.2.2"));
    }

    [Fact]
    public async Task Nobody_else_can_choose_an_address()
    {
        await using FrontendHost host = await FrontendHost.StartAsync([.. OneRegistration, ("XChat:TrustedProxies", "10.0.0.0/8")]);

        Assert.Equal(HttpStatusCode.BadRequest, await RegisterAsync(host, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await RegisterAsync(host, "192.0.2.2"));
    }

    [Fact]
    public async Task A_wrong_list_is_named_at_start()
    {
        OptionsValidationException wrong = await Assert.ThrowsAsync<OptionsValidationException>(
            () => FrontendHost.StartAsync(("XChat:TrustedProxies", "the balancer")));

        Assert.Contains("XChat:TrustedProxies is \"the balancer\"", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> RegisterAsync(FrontendHost host, string forwardedFor)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, host.Url + Routes.Accounts)
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        using HttpResponseMessage response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
