using System.Net.Sockets;

namespace XChat.FaultTests.Cluster;

/// <summary>One connection of a silo to PostgreSQL.</summary>
internal sealed class ProxiedConnection(DatabaseProxy proxy, Socket silo) : IDisposable
{
    /// <summary>How long the server keeps an end whose other end is gone. It bounds the connections that a long run leaves behind.</summary>
    private static readonly TimeSpan ServerWaits = TimeSpan.FromSeconds(30);

    private readonly Socket _server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private volatile bool _dead;

    /// <summary>Nothing comes through any more, and nobody is told.</summary>
    public bool Dead
    {
        get => _dead;
        set => _dead = value;
    }

    /// <summary>Carries bytes until one end closes.</summary>
    public async Task RunAsync(string socket, CancellationToken cancellationToken)
    {
        try
        {
            silo.NoDelay = true;
            await _server.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
            Task asks = PumpAsync(silo, _server, replies: null, cancellationToken);
            Task answers = PumpAsync(_server, silo, new ReplyReader(), cancellationToken);
            await Task.WhenAny(asks, answers);
            if (_dead && !answers.IsCompleted)
            {
                // The silo has given up; the server, who was told nothing, waits on for a while.
                silo.Close(0);
                await Task.WhenAny(answers, Task.Delay(ServerWaits, cancellationToken));
            }

            Reset();
            await Task.WhenAll(asks, answers);
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Reset();
        }
    }

    /// <summary>Ends both sides with a reset.</summary>
    public void Reset()
    {
        silo.Close(0);
        _server.Close(0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        silo.Dispose();
        _server.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, ReplyReader? replies, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[32 * 1024];
        List<byte> held = [];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is int count and > 0)
            {
                if (proxy.Delay > TimeSpan.Zero)
                {
                    await Task.Delay(proxy.Delay, cancellationToken);
                }

                if (replies is null)
                {
                    await proxy.WhileHeldAsync(cancellationToken);
                }

                if (_dead)
                {
                    continue;
                }

                // Whole answers only, so that what is held back or lost is an answer and not a piece of one.
                bool whole = replies?.Read(buffer.AsSpan(0, count)) ?? true;
                held.AddRange(buffer.AsSpan(0, count));
                if (whole && replies?.TakeCommitted() == true && proxy.TakeLoss())
                {
                    Reset();
                    return;
                }

                if (whole)
                {
                    _ = await to.SendAsync(held.ToArray(), cancellationToken);
                    held.Clear();
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction ends with it.
        }
    }
}
