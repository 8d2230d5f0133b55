using System.Net;
using System.Net.WebSockets;

using MessagePack;

using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.Wallets;

namespace XChat.Client.Delivery;

/// <summary>
/// The connection to the server's hub. Lost, it is made again until the client is closed. Asked to go elsewhere, it makes the next one first and leaves
/// then, so that nobody notices.
/// </summary>
internal sealed class ServerConnection(Uri server, SessionTokens tokens, ChatSync sync, EventFeed feed, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A connection that held this long was not part of a series of failures.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    /// <summary>How long calls on their way over the old connection may take before it is closed. They are repeated then, with their ids.</summary>
    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(5);

    /// <summary>While the old connection works, the next place is asked for again within two seconds: it is about to be closed.</summary>
    private const int MostFailuresBeforeLeaving = 4;

    private readonly CancellationTokenSource _stopping = new();
    private Task _keeping = Task.CompletedTask;

    /// <summary>
    /// Connects and synchronises; from then on the connection is kept. What may be over in a moment is tried again, as long as the patience lasts.
    /// </summary>
    /// <exception cref="XChatException">Why the last attempt failed.</exception>
    public async Task StartAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Link link = await PassingFailures.OutlastAsync(
            () => OpenAsync(before: null, cancellationToken), PassingFailures.MayPass, patience, feed, time, cancellationToken);
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
        try
        {
            for (int failures = 0; ;)
            {
                if (link is { } open)
                {
                    long since = time.GetTimestamp();
                    await Task.WhenAny(open.Closed, open.AskedToLeave).WaitAsync(_stopping.Token);
                    failures = time.GetElapsedTime(since) > Settled ? 0 : failures;
                    link = await UnlessClosedAsync(open);
                }

                failures++;
                await Task.Delay(Backoff.After(link is null ? failures : Math.Min(failures, MostFailuresBeforeLeaving)), time, _stopping.Token);
                if (await TryOpenAsync(link) is { } next)
                {
                    await LeaveAsync(link);
                    link = next;
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            sync.Detach();
            await (link?.Connection.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>The link while it can still be used.</summary>
    private async Task<Link?> UnlessClosedAsync(Link link)
    {
        if (!link.Closed.IsCompleted)
        {
            return link;
        }

        sync.Detach();
        await link.Connection.DisposeAsync();
        return null;
    }

    private async Task<Link?> TryOpenAsync(Link? before)
    {
        try
        {
            return await OpenAsync(before, _stopping.Token);
        }
        catch (Exception problem) when (!_stopping.IsCancellationRequested)
        {
            // Who asked to be left is still there, and may be the only one: nothing is missing yet.
            if (before is null)
            {
                feed.Publish(new WorkFailed(Guid.Empty, problem));
            }

            return null;
        }
    }

    private async Task LeaveAsync(Link? left)
    {
        if (left is not null)
        {
            await Task.WhenAny(left.Calls.WhenIdleAsync(), Task.Delay(LastCalls, time, _stopping.Token));
            await left.Connection.DisposeAsync();
        }
    }

    private async Task<Link> OpenAsync(Link? before, CancellationToken cancellationToken)
    {
        string token = await tokens.GetAsync(cancellationToken);
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HubConnection connection = Build(token, leave);
        connection.Closed += cause =>
        {
            _ = closed.TrySetResult();
            return Task.CompletedTask;
        };
        try
        {
            HubCalls calls = new(connection);
            await connection.StartAsync(cancellationToken);
            await sync.AttachAsync(calls, cancellationToken);
            return new Link(connection, calls, closed.Task, leave.Task);
        }
        catch (Exception problem)
        {
            if (before is { Closed.IsCompleted: false })
            {
                sync.Return(before.Calls);
            }
            else
            {
                sync.Detach();
            }

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

    private HubConnection Build(string token, TaskCompletionSource leave)
    {
        HubConnection connection = new HubConnectionBuilder()
            .WithUrl(new Uri(server, Routes.Hub), options =>
            {
                // The hub takes nothing but WebSockets. Without a negotiation there is one request, which any frontend behind a balancer can take.
                options.Transports = HttpTransportType.WebSockets;
                options.SkipNegotiation = true;
                options.WebSocketFactory = async (context, cancellationToken) => await OpenSocketAsync(context.Uri, token, cancellationToken);
            })
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
            else if (reason == DisconnectReason.GoingAway)
            {
                _ = leave.TrySetResult();
            }

            return sync.Disconnecting(reason);
        });
        return connection;
    }

    /// <exception cref="HttpRequestException">The server refused, with the status it gave.</exception>
    private static async Task<WebSocket> OpenSocketAsync(Uri address, string token, CancellationToken cancellationToken)
    {
        ClientWebSocket socket = new();
        try
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            socket.Options.CollectHttpResponseDetails = true;
            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch (WebSocketException problem)
        {
            HttpStatusCode status = socket.HttpStatusCode;
            socket.Dispose();
            throw new HttpRequestException(problem.Message, problem, status == 0 ? null : status);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed record Link(HubConnection Connection, HubCalls Calls, Task Closed, Task AskedToLeave);
}
