using System.Collections.Concurrent;

using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Testing.Accounts;

/// <summary>Hears what an account tells its conversations and connections, and can be away.</summary>
public sealed class ScriptedAudience : IDeviceChangeAudience
{
    private readonly ConcurrentQueue<(UserId User, long Version, DeviceId[] Devices)> _told = [];
    private readonly ConcurrentQueue<(UserId User, DeviceId Device)> _closed = [];

    /// <summary>While true, whoever tells gets an exception.</summary>
    public bool Away { get; set; }

    /// <summary>Attempts to tell, also those that failed.</summary>
    public int Attempts => _attempts;

    private int _attempts;

    /// <summary>Versions that the conversations of a user heard of, in order.</summary>
    public long[] VersionsToldOf(UserId user) => [.. _told.Where(news => news.User == user).Select(news => news.Version)];

    /// <summary>The devices that the conversations of a user heard of last.</summary>
    public DeviceId[] DevicesToldOf(UserId user) => _told.LastOrDefault(news => news.User == user).Devices ?? [];

    /// <summary>Devices whose connections were closed.</summary>
    public DeviceId[] ClosedOf(UserId user) => [.. _closed.Where(closed => closed.User == user).Select(closed => closed.Device)];

    /// <inheritdoc/>
    public Task TellConversationsAsync(UserId user, AccountDescription account)
    {
        Interlocked.Increment(ref _attempts);
        if (Away)
        {
            throw new TimeoutException("The conversations do not answer.");
        }

        _told.Enqueue((user, account.DeviceListVersion, [.. account.Devices.Select(device => device.Device)]));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CloseConnectionsAsync(UserId user, DeviceId device)
    {
        Interlocked.Increment(ref _attempts);
        if (Away)
        {
            throw new TimeoutException("The presence does not answer.");
        }

        _closed.Enqueue((user, device));
        return Task.CompletedTask;
    }
}
