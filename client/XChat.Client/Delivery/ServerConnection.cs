using System.Net;

using MessagePack;

using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.Wallets;

namespace XChat.Client.Delivery;

/// <summary>The connection to the server's hub. Lost, it is made again until the client is closed.</summary>
internal sealed class ServerConnection(Uri server, SessionTokens tokens, ChatSync sync, EventFeed feed, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A connection that held this long was not part of a series of failures.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task _keeping = Task.CompletedTask;

    /// <summary>Connects and synchronises once; from then on the connection is kept.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Link link = await OpenAsync(cancellationToken);
        _keeping = Task.Run(() => KeepAsync(link), CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _keeping;
        _stopping.Dispose();
    }

    private async Task KeepAsync(Link? link)
    {
        int failures = 0;
        while (true)
        {
            if (link is not null)
            {
                long since = time.GetTimestamp();
                await Task.WhenAny(link.Closed, Task.Delay(Timeout.InfiniteTimeSpan, time, _stopping.Token));
                sync.Detach();
                await link.Connection.DisposeAsync();
                failures = time.GetElapsedTime(since) > Settled ? 0 : failures;
                link = null;
            }

            try
            {
                await Task.Delay(Backoff.After(++failures), time, _stopping.Token);
                link = await OpenAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                feed.Publish(new WorkFailed(Guid.Empty, problem));
            }
        }
    }

    private async Task<Link> OpenAsync(CancellationToken cancellationToken)
    {
        string token = await tokens.GetAsync(cancellationToken);
        HubConnection connection = Build(token);
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += cause =>
        {
            _ = closed.TrySetResult();
            return Task.CompletedTask;
        };
        try
        {
            await connection.StartAsync(cancellationToken);
            await sync.AttachAsync(new HubCalls(connection), cancellationToken);
            return new Link(connection, closed.Task);
        }
        catch (Exception problem)
        {
            sync.Detach();
            await connection.DisposeAsync();
            if (problem is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } or XChatException { Reason: ClientErrorReason.SignInRefused })
            {
                tokens.Drop();
            }

            throw (problem is HttpRequestException or IOException or InvalidOperationException)
                ? new XChatException(ClientErrorReason.ServerUnreachable, $"{server} cannot be reached: check the address and that the server runs.", problem)
                : problem;
        }
    }

    private HubConnection Build(string token)
    {
        HubConnection connection = new HubConnectionBuilder()
            .WithUrl(new Uri(server, Routes.Hub), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token))
            .AddMessagePackProtocol(options =>
                options.SerializerOptions = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData))
            .Build();
        _ = connection.On<IReadOnlyList<Entry>>(nameof(IChatClient.Deliver), sync.Deliver);
        _ = connection.On(nameof(IChatClient.Resync), sync.Resync);
        _ = connection.On<IReadOnlyList<Signal>>(nameof(IChatClient.Signal), sync.Signal);
        _ = connection.On<WalletChange>(nameof(IChatClient.WalletChanged), sync.WalletChanged);
        _ = connection.On<DisconnectReason>(nameof(IChatClient.Disconnecting), reason =>
        {
            if (reason == DisconnectReason.SessionEnded)
            {
                tokens.Drop();
            }

            return sync.Disconnecting(reason);
        });
        return connection;
    }

    private sealed record Link(HubConnection Connection, Task Closed);
}
