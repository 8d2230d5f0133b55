using System.Net;
using System.Net.Http.Headers;

using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Time.Testing;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Delivery;
using XChat.Testing;

namespace XChat.ClusterTests.Frontend;

/// <summary>Who gets a connection, and when it ends.</summary>
public sealed class AccessTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Nobody_connects_without_a_live_session(string? token)
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        await using HubConnection connection = host.Client(token);

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync(Cancelled));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task A_forged_token_of_another_user_is_refused()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        string token = host.Sessions.SignIn(FrontendHost.NewCaller());
        await using HubConnection connection = host.Client(token[..^1] + (token[^1] == 'A' ? 'Q' : 'A'));

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync(Cancelled));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task A_session_that_ended_after_it_was_remembered_gets_no_connection()
    {
        await using FrontendHost host = await FrontendHost.StartAsync(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        string token = host.Sessions.SignIn(FrontendHost.NewCaller());
        await using HubConnection first = host.Client(token);
        await first.StartAsync(Cancelled);
        await Eventually.HoldsAsync(() => host.Sessions.Verifications == 2, Cancelled);
        host.Sessions.End(token);
        await using HubConnection second = host.Client(token);
        TaskCompletionSource<Exception?> closed = new();
        second.Closed += problem =>
        {
            closed.TrySetResult(problem);
            return Task.CompletedTask;
        };

        await second.StartAsync(Cancelled);

        Exception? told = await closed.Task.WaitAsync(Eventually.Patience, Cancelled);
        Assert.Contains("unauthenticated: ", told?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_session_is_in_no_log_line()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        string token = host.Sessions.SignIn(FrontendHost.NewCaller());
        await using HubConnection connection = host.Client(token);
        await connection.StartAsync(Cancelled);
        using HttpRequestMessage inQuery = new(HttpMethod.Post, $"{Routes.Hub}/negotiate?negotiateVersion=1&access_token={token}");
        using HttpResponseMessage negotiated = await host.Http.SendAsync(inQuery, Cancelled);

        Assert.Equal(HttpStatusCode.OK, negotiated.StatusCode);
        Assert.DoesNotContain(host.Log.Lines, line => line.Line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_in_the_query_counts_for_the_hub_only()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        string token = host.Sessions.SignIn(FrontendHost.NewCaller());

        using HttpResponseMessage response = await host.Http.DeleteAsync(new Uri($"{host.Url}{Routes.Sessions}?access_token={token}"), Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("\"reason\":\"unauthenticated\"", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        string token = host.Sessions.SignIn(FrontendHost.NewCaller());
        host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using HttpResponseMessage first = await host.Http.DeleteAsync(new Uri(host.Url + Routes.Sessions), Cancelled);
        using HttpResponseMessage second = await host.Http.DeleteAsync(new Uri(host.Url + Routes.Sessions), Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
    }

    [Fact]
    public async Task Guessing_tokens_is_cut_short_and_proper_tokens_are_not_counted()
    {
        await using FrontendHost host = await FrontendHost.StartAsync(("XChat:RateLimits:Guesses:Burst", "5"), ("XChat:RateLimits:Guesses:PerMinute", "1"));
        string token = host.Sessions.SignIn(FrontendHost.NewCaller());
        for (int proper = 0; proper < 20; proper++)
        {
            Assert.Equal(HttpStatusCode.OK, (await NegotiateAsync(host, token)).Status);
        }

        List<HttpStatusCode> guesses = [];
        for (int guess = 0; guess < 6; guess++)
        {
            guesses.Add((await NegotiateAsync(host, token[..^3] + $"A{guess}A")).Status);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 5), HttpStatusCode.TooManyRequests], guesses);
    }

    [Fact]
    public async Task A_device_has_so_many_connections_and_no_more()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        Caller caller = FrontendHost.NewCaller();
        List<HubConnection> connections = [];
        for (int count = 0; count < 9; count++)
        {
            connections.Add(await host.ConnectAsync(caller));
            // One after another: else the last might be in before the one before it.
            await host.RoutedAsync(Math.Min(count + 1, 8));
        }

        await Eventually.HoldsAsync(() => connections.Count(one => one.State == HubConnectionState.Connected) == 8, Cancelled);
        await using HubConnection other = await host.ConnectAsync(FrontendHost.NewCaller());
        await Assert.ThrowsAnyAsync<Exception>(() => connections[8].InvokeAsync(nameof(IChatHub.FindAccount), Guid.NewGuid(), Cancelled));
        foreach (HubConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        await Eventually.HoldsAsync(() => !host.Sessions.Routes.ContainsKey(caller.User), Cancelled);
    }

    private static async Task<(HttpStatusCode Status, string Body)> NegotiateAsync(FrontendHost host, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"{Routes.Hub}/negotiate?negotiateVersion=1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await host.Http.SendAsync(request, Cancelled);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }
}
