using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Transparency;

namespace XChat.Grains.Transparency;

/// <summary>The server's keys for heads: the newest signs, all are told to clients.</summary>
internal sealed class LogSigner : IDisposable
{
    private readonly Key _key;

    private LogSigner(IReadOnlyList<LogKey> keys, Key key) => (Keys, _key) = (keys, key);

    /// <summary>All keys, rising.</summary>
    public IReadOnlyList<LogKey> Keys { get; }

    /// <summary>The one that signs.</summary>
    public LogKey Current => Keys[^1];

    /// <summary>Loads the keys, and makes those that are missing up to a number: the first, or the next one of a rotation.</summary>
    public static async Task<LogSigner> LoadAsync(ITransparencyStore store, int number, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredLogKey> stored = await store.LoadKeysAsync(cancellationToken);
        while (stored.Count < number)
        {
            // If two activations make a key at once, one is kept and both load it.
            await store.AddKeyAsync(Make(stored.Count == 0 ? null : stored[^1]), cancellationToken);
            stored = await store.LoadKeysAsync(cancellationToken);
        }

        return new LogSigner([.. stored.Select(Public)], Import(stored[^1].Seed));
    }

    public SignedLogHead Sign(LogHead head) => SignedLogHead.Sign(_key, Current.Number, head);

    public void Dispose() => _key.Dispose();

    private static StoredLogKey Make(StoredLogKey? before)
    {
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        using Key key = Import(seed);
        if (before is null)
        {
            LogKey first = LogKey.First(key);
            return new StoredLogKey(first.Number, seed, first.PublicKey, first.Endorsement);
        }

        using Key old = Import(before.Seed);
        LogKey next = Public(before).Endorse(old, key);
        return new StoredLogKey(next.Number, seed, next.PublicKey, next.Endorsement);
    }

    private static LogKey Public(StoredLogKey key) => new(key.Number, key.PublicKey, key.Endorsement);

    private static Key Import(byte[] seed) => Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
}
