using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace XChat.EndToEndTests.Client;

/// <summary>Stands between clients and a frontend, passes everything on, and keeps every byte of it.</summary>
internal sealed class WireTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentBag<MemoryStream> _up = [];
    private readonly ConcurrentBag<MemoryStream> _down = [];
    private readonly Task _accepting;

    public WireTap(Uri server)
    {
        _server = server;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public Uri Address { get; }

    /// <summary>What went by so far, by direction: as it was, and what clients sent over WebSockets also without its masks.</summary>
    public IEnumerable<(string Name, byte[] Bytes)> Heard()
    {
        foreach (byte[] sent in _up.Select(Copy))
        {
            yield return ("from a client", sent);
            yield return ("from a client, unmasked", Unmask(sent));
        }

        foreach (byte[] answered in _down.Select(Copy))
        {
            yield return ("to a client", answered);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private static byte[] Copy(MemoryStream stream)
    {
        lock (stream)
        {
            return stream.ToArray();
        }
    }

    /// <summary>The payloads of the frames (RFC 6455 section 5.2) behind the request that opened the WebSocket; nothing where there was none.</summary>
    private static byte[] Unmask(byte[] sent)
    {
        int rest = sent.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        if (rest < 4 || sent.AsSpan(0, rest).IndexOf("Upgrade: websocket"u8) < 0)
        {
            return [];
        }

        MemoryStream payloads = new();
        while (rest + 2 <= sent.Length)
        {
            int length = sent[rest + 1] & 0x7F;
            (int head, long size) = length switch
            {
                126 when rest + 4 <= sent.Length => (4, BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(rest + 2))),
                127 when rest + 10 <= sent.Length => (10, BinaryPrimitives.ReadInt64BigEndian(sent.AsSpan(rest + 2))),
                < 126 => (2, length),
                _ => (2, sent.Length),
            };
            if (size > sent.Length - rest - head - 4)
            {
                break;
            }

            ReadOnlySpan<byte> mask = sent.AsSpan(rest + head, 4);
            for (int index = 0; index < size; index++)
            {
                payloads.WriteByte((byte)(sent[rest + head + 4 + index] ^ mask[index % 4]));
            }

            rest += head + 4 + (int)size;
        }

        return payloads.ToArray();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(PassOnAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the tap.
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using TcpClient near = client;
        using TcpClient far = new();
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port, _stopping.Token);
            await Task.WhenAny(KeepAsync(near, far, _up), KeepAsync(far, near, _down));
        }
        catch (Exception over) when (over is SocketException or OperationCanceledException)
        {
            // The frontend is away, which the client finds out by the end of its connection; or the test has ended.
        }
    }

    private async Task KeepAsync(TcpClient from, TcpClient to, ConcurrentBag<MemoryStream> kept)
    {
        MemoryStream all = new();
        kept.Add(all);
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stopping.Token) is > 0 and int count)
            {
                lock (all)
                {
                    all.Write(buffer, 0, count);
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction, or the test, has ended.
        }
    }
}
