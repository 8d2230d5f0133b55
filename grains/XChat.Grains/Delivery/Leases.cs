namespace XChat.Grains.Delivery;

/// <summary>
/// Things that count until a time and are then forgotten unless they were renewed. The caller says what time it is. What has lapsed takes room for half a
/// lease longer at most, while anything is renewed or forgotten.
/// </summary>
internal sealed class Leases<T>(TimeSpan lease, int most)
    where T : notnull
{
    private readonly Dictionary<T, DateTimeOffset> _until = [];
    private DateTimeOffset _forgetAt;

    /// <summary>Whether nothing is left, lapsed or not.</summary>
    public bool IsEmpty => _until.Count == 0;

    /// <summary>Begins or renews a lease.</summary>
    public LeaseRenewal Renew(T thing, DateTimeOffset now)
    {
        ForgetLapsed(now);
        bool known = _until.TryGetValue(thing, out DateTimeOffset until) && until > now;
        if (!known && _until.Count >= most)
        {
            RemoveLapsed(now);
            if (_until.Count >= most)
            {
                return LeaseRenewal.Full;
            }
        }

        _until[thing] = now + lease;
        return known ? LeaseRenewal.Renewed : LeaseRenewal.Begun;
    }

    /// <summary>What counts now.</summary>
    public T[] Live(DateTimeOffset now) => [.. _until.Where(pair => pair.Value > now).Select(pair => pair.Key)];

    /// <summary>Forgets what has lapsed, unless that was done not long ago: it looks at all of them.</summary>
    public void ForgetLapsed(DateTimeOffset now)
    {
        if (now >= _forgetAt)
        {
            RemoveLapsed(now);
            _forgetAt = now + (lease / 2);
        }
    }

    private void RemoveLapsed(DateTimeOffset now)
    {
        foreach (T thing in _until.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToArray())
        {
            _until.Remove(thing);
        }
    }
}

/// <summary>What became of a lease.</summary>
internal enum LeaseRenewal
{
    /// <summary>It was not known, or had lapsed.</summary>
    Begun = 1,

    /// <summary>It goes on.</summary>
    Renewed = 2,

    /// <summary>There are too many, and nothing was done.</summary>
    Full = 3,
}
