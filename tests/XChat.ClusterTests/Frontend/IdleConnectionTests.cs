using System.Collections.Concurrent;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using XChat.Frontend.Accounts;
using XChat.Testing;

namespace XChat.ClusterTests.Frontend;

/// <summary>What stays in memory of how a connection was opened, for as long as it lasts: as little as can be, and no token beyond the session's own.</summary>
public sealed class IdleConnectionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_request_of_a_connection_keeps_no_token_no_session_and_no_trace()
    {
        Requests requests = new();
        await using FrontendHost host = await FrontendHost.StartAsync(services => services.AddSingleton<IStartupFilter>(requests));
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());
        await host.RoutedAsync(1);

        HttpContext kept = Assert.Single(requests.Open, request => request.WebSockets.IsWebSocketRequest);
        Assert.Empty(kept.Request.Headers.Authorization.ToArray());
        Assert.Null(kept.Features.Get<Session>());
        Assert.Null(kept.Features.Get<IHttpActivityFeature>());
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("true", true)]
    public async Task Scopes_of_log_lines_are_kept_only_where_an_operator_wants_them(string? told, bool kept)
    {
        await using FrontendHost host = await FrontendHost.StartAsync(told is null ? [] : [("Logging:CaptureScopes", told)]);

        Assert.Equal(kept, host.Services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.CaptureScopes);
    }

    [Fact]
    public async Task A_session_is_remembered_for_a_few_seconds_and_not_while_its_connection_lasts()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        await using FrontendHost host = await FrontendHost.StartAsync(time);
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());
        await host.RoutedAsync(1);
        SessionVerification sessions = host.Services.GetRequiredService<SessionVerification>();
        await Eventually.HoldsAsync(() => sessions.Count == 1, Cancelled);

        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return sessions.Count == 0;
            },
            Cancelled);

        Assert.Equal(HubConnectionState.Connected, connection.State);
    }

    /// <summary>The requests that the frontend is answering.</summary>
    private sealed class Requests : IStartupFilter
    {
        private readonly ConcurrentDictionary<HttpContext, bool> _open = new();

        public IEnumerable<HttpContext> Open => _open.Keys;

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                _open[context] = true;
                await rest(context);
                _open.TryRemove(context, out _);
            });
            next(app);
        };
    }
}
