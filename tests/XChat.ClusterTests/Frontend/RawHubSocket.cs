using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

using XChat.Protocol;

namespace XChat.ClusterTests.Frontend;

/// <summary>A WebSocket to a hub without a client library behind it: it reads when the test does, and sends what the test wants.</summary>
internal sealed class RawHubSocket : IDisposable
{
    private const byte Separator = 0x1E;

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _unread = [];
    private readonly HttpMessageInvoker _http;
    private int _read;

    private RawHubSocket()
    {
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // A small window, so that what is not read soon holds the sender up.
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 8 * 1024 };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    public WebSocketState State => _socket.State;

    /// <summary>Opens a socket; <paramref name="protocol"/> null: without the handshake.</summary>
    public static Task<RawHubSocket> OpenAsync(FrontendHost host, string token, string? protocol, CancellationToken cancellationToken) =>
        OpenAsync(host.Url, token, protocol, cancellationToken);

    /// <inheritdoc cref="OpenAsync(FrontendHost, string, string?, CancellationToken)"/>
    public static async Task<RawHubSocket> OpenAsync(string url, string token, string? protocol, CancellationToken cancellationToken)
    {
        RawHubSocket raw = new();
        Uri address = new($"{url.Replace("http://", "ws://", StringComparison.Ordinal)}{Routes.Hub}?access_token={token}");
        await raw._socket.ConnectAsync(address, raw._http, cancellationToken);
        if (protocol is not null)
        {
            await raw.SendTextAsync($$"""{"protocol":"{{protocol}}","version":1}""", cancellationToken);
            Assert.Equal("{}", await raw.ReadAsync(cancellationToken));
        }

        return raw;
    }

    public Task SendTextAsync(string message, CancellationToken cancellationToken) =>
        SendAsync([.. Encoding.UTF8.GetBytes(message), Separator], WebSocketMessageType.Text, cancellationToken);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type, CancellationToken cancellationToken) =>
        _socket.SendAsync(bytes, type, endOfMessage: true, cancellationToken);

    /// <summary>The next message of the JSON hub protocol, or null at the end.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int end = _unread.IndexOf(Separator, _read);
            if (end >= 0)
            {
                string message = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(_unread)[_read..end]);
                _read = end + 1;
                return message;
            }

            _unread.RemoveRange(0, _read);
            _read = 0;
            ValueWebSocketReceiveResult received = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            _unread.AddRange(_buffer.AsSpan(0, received.Count));
        }
    }

    /// <summary>The next call of the client, by name and first argument; pings and completions are skipped. Null at the end.</summary>
    public async Task<(string Target, JsonElement Argument)?> ReadCallAsync(CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken) is { } message)
        {
            JsonElement root = JsonDocument.Parse(message).RootElement;
            if (root.TryGetProperty("target", out JsonElement target))
            {
                JsonElement arguments = root.GetProperty("arguments");
                return (target.GetString()!, arguments.GetArrayLength() > 0 ? arguments[0] : default);
            }
        }

        return null;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _http.Dispose();
    }
}
