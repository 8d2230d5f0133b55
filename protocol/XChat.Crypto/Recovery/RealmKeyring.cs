namespace XChat.Crypto.Recovery;

/// <summary>The realms that this process runs, with their keys: usually one. Disposing erases the keys.</summary>
public sealed class RealmKeyring(IEnumerable<RealmKeys> realms) : IDisposable
{
    private readonly Dictionary<Guid, RealmKeys> _realms = realms.ToDictionary(keys => keys.Realm);

    /// <summary>The realms of this process.</summary>
    public IReadOnlyCollection<RealmKeys> All => _realms.Values;

    /// <summary>The keys of a realm; null when this process does not run it.</summary>
    public RealmKeys? Of(Guid realm) => _realms.GetValueOrDefault(realm);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RealmKeys keys in _realms.Values)
        {
            keys.Dispose();
        }
    }
}
