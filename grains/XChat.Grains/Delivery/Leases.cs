namespace XChat.Grains.Delivery;

/// <summary>Things that count until a time and are then forgotten unless they were renewed. Pure: the caller says what time it is.</summary>
internal sealed class Leases<T>(TimeSpan lease, int most)
    where T : notnull
{
    private readonly Dictionary<T, DateTimeOffset> _until = [];

    /// <summary>Whether nothing is left, lapsed or not.</summary>
    public bool IsEmpty => _until.Count == 0;

    /// <summary>Begins or renews a lease.</summary>
    public LeaseRenewal Renew(T thing, DateTimeOffset now)
    {
        bool known = _until.TryGetValue(thing, out DateTimeOffset until) && until > now;
        if (!known && _until.Count >= most)
        {
            _ = TakeLapsed(now);
            if (_until.Count >= most)
            {
                return LeaseRenewal.Full;
            }
        }

        _until[thing] = now + lease;
        return known ? LeaseRenewal.Renewed : LeaseRenewal.Begun;
    }

    /// <summary>Ends a lease; false when there was none that still counted.</summary>
    public bool Remove(T thing, DateTimeOffset now) => _until.Remove(thing, out DateTimeOffset until) && until > now;

    /// <summary>What counts now.</summary>
    public T[] Live(DateTimeOffset now) => Live(_until, now);

    /// <summary>The leases as they are now, for readers on other threads; null when there are none.</summary>
    public Snapshot? Take() => IsEmpty ? null : new Snapshot([.. _until]);

    /// <summary>Forgets what has lapsed, and says how much that was.</summary>
    public int TakeLapsed(DateTimeOffset now)
    {
        T[] lapsed = [.. _until.Where(pair => pair.Value <= now).Select(pair => pair.Key)];
        foreach (T thing in lapsed)
        {
            _until.Remove(thing);
        }

        return lapsed.Length;
    }

    private static T[] Live(IEnumerable<KeyValuePair<T, DateTimeOffset>> leases, DateTimeOffset now) =>
        [.. leases.Where(pair => pair.Value > now).Select(pair => pair.Key)];

    /// <summary>Leases as of a moment. It never changes; what has lapsed since does not count.</summary>
    internal sealed class Snapshot(KeyValuePair<T, DateTimeOffset>[] leases)
    {
        public T[] Live(DateTimeOffset now) => Leases<T>.Live(leases, now);
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
