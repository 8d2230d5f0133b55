using System.Collections.Concurrent;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Delivery;

/// <summary>The connections of this frontend, by user. Reading takes no lock; the arrays are never changed.</summary>
internal sealed class ConnectionRegistry
{
    /// <summary>
    /// Connections of one device at once. One is in use; a few more may linger after a change of network until their silence is noticed.
    /// </summary>
    public const int PerDevice = 8;

    private readonly ConcurrentDictionary<UserId, ChatConnection[]> _users = new();
    private readonly Lock _gate = new();

    /// <summary>Users with connections, and these.</summary>
    public IEnumerable<KeyValuePair<UserId, ChatConnection[]>> Users => _users;

    /// <summary>The connections of a user.</summary>
    public ChatConnection[] Of(UserId user) => _users.TryGetValue(user, out ChatConnection[]? connections) ? connections : [];

    /// <summary>Adds a connection. False: its device has too many.</summary>
    public bool TryAdd(ChatConnection connection)
    {
        Caller owner = connection.Session.Caller;
        lock (_gate)
        {
            ChatConnection[] others = Of(owner.User);
            if (others.Count(other => other.Session.Caller.Device == owner.Device) >= PerDevice)
            {
                return false;
            }

            _users[owner.User] = [.. others, connection];
            return true;
        }
    }

    /// <summary>Removes a connection. True: it was the user's last.</summary>
    public bool Remove(ChatConnection connection)
    {
        UserId user = connection.Session.Caller.User;
        lock (_gate)
        {
            ChatConnection[] all = Of(user);
            if (!all.Contains(connection))
            {
                return false;
            }

            if (all.Length == 1)
            {
                _users.TryRemove(user, out _);
                return true;
            }

            _users[user] = [.. all.Where(other => other != connection)];
            return false;
        }
    }
}
