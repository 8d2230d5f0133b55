using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace XChat.FaultTests.Cluster;

/// <summary>
/// Stands between a silo and PostgreSQL and does to their connections what networks do: delays, cuts and half-opens them, and loses the answer to a
/// commit that has happened.
/// </summary>
internal sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly string _socket;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = new();
    private readonly Task _accepting;
    private TaskCompletionSource? _held;
    private int _waiting;
    private int _toLose;
    private int _lost;

    /// <param name="address">Where it listens, on a free port.</param>
    /// <param name="socket">The server's socket file.</param>
    public DatabaseProxy(IPAddress address, string socket)
    {
        _socket = socket;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    /// <summary>Where the silo finds its database.</summary>
    public IPEndPoint Address { get; }

    /// <summary>How long each piece is held back, in both directions.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether new connections are closed as soon as they are made.</summary>
    public bool Refusing { get; set; }

    /// <summary>Connections on which something is held back (<see cref="Hold"/>).</summary>
    public int Waiting => _waiting;

    /// <summary>Answers to commits that were lost so far.</summary>
    public int LostReplies => _lost;

    /// <summary>From now on what the silo says is kept here, as by a network that is slow without bound.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was kept goes on its way.</summary>
    public void Release()
    {
        _held?.TrySetResult();
        _held = null;
    }

    /// <summary>Resets every connection that there is.</summary>
    public int Cut()
    {
        ProxiedConnection[] cut = [.. _connections.Keys];
        foreach (ProxiedConnection connection in cut)
        {
            connection.Reset();
        }

        return cut.Length;
    }

    /// <summary>From now on nothing comes through the connections that there are, in either direction, and neither end is told.</summary>
    public int HalfOpen()
    {
        ProxiedConnection[] dead = [.. _connections.Keys.Where(connection => !connection.Dead)];
        foreach (ProxiedConnection connection in dead)
        {
            connection.Dead = true;
        }

        return dead.Length;
    }

    /// <summary>The answers to so many of the next commits are lost: what they wrote is durable, and the connection is reset instead of the answer.</summary>
    public void LoseReplies(int count) => _ = Interlocked.Exchange(ref _toLose, count);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        _ = Cut();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stopping.Dispose();
    }

    /// <summary>Waits for as long as what the silo says is kept.</summary>
    internal async Task WhileHeldAsync(CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            _ = Interlocked.Increment(ref _waiting);
            try
            {
                await held.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                _ = Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Whether the answer to a commit is to be lost; each one asked for is given out once.</summary>
    internal bool TakeLoss()
    {
        while (true)
        {
            int left = Volatile.Read(ref _toLose);
            if (left <= 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _toLose, left - 1, left) == left)
            {
                _ = Interlocked.Increment(ref _lost);
                return true;
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket silo;
            try
            {
                silo = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            if (Refusing)
            {
                silo.Close(0);
                continue;
            }

            ProxiedConnection connection = new(this, silo);
            _connections[connection] = CarryAsync(connection);
        }
    }

    private async Task CarryAsync(ProxiedConnection connection)
    {
        // The table has to hold it before it can be over.
        await Task.Yield();
        using (connection)
        {
            await connection.RunAsync(_socket, _stopping.Token);
        }

        _ = _connections.TryRemove(connection, out _);
    }
}
