using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Delivery;

/// <summary>
/// Where the people are whose presence is active in this silo. Their grains write it and anyone in the silo reads it; there is an entry only for those
/// who have a route, so that it says nothing of the many who are not connected.
/// </summary>
public sealed class PresenceRoutes(TimeProvider time)
{
    // All presences of a silo share it.
    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, RouteLeases> _people = [];

    /// <summary>The frontends at which a person is connected.</summary>
    public FrontendId[] Find(UserId user)
    {
        RouteLeases? routes;
        lock (_gate)
        {
            routes = _people.GetValueOrDefault(user);
        }

        return routes?.Live(time.GetUtcNow()) ?? [];
    }

    /// <summary>The people with a route that was not renewed in time and is not forgotten.</summary>
    public UserId[] FindLapsed()
    {
        DateTimeOffset now = time.GetUtcNow();
        KeyValuePair<UserId, RouteLeases>[] all;
        lock (_gate)
        {
            all = [.. _people];
        }

        return [.. all.Where(person => person.Value.CountLapsed(now) > 0).Select(person => person.Key)];
    }

    /// <summary>Puts what a presence knows now in place of what it knew before.</summary>
    internal void Replace(UserId user, RouteLeases before, RouteLeases now)
    {
        lock (_gate)
        {
            if (!now.IsEmpty)
            {
                _people[user] = now;
            }
            else if (!before.IsEmpty && ReferenceEquals(_people.GetValueOrDefault(user), before))
            {
                // Only what is its own: the next activation may have put something there already.
                _people.Remove(user);
            }
        }
    }
}
