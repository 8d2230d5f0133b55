using System.Security.Cryptography;

using XChat.Client.Accounts;
using XChat.Client.Store;
using XChat.Crypto.History;
using XChat.Crypto.Identity;
using XChat.Protocol.History;

namespace XChat.Client.History;

/// <summary>The keys of the history that this device has: the present one, and those from before the account was passed on.</summary>
internal sealed class HistoryKeyring : IDisposable
{
    private readonly List<HistoryKey> _former = [];

    public HistoryKeyring(ProfileStore store)
    {
        (OwnAccount? own, FormerHistoryKeys? former) = store.Read(
            transaction => (transaction.Setting<OwnAccount>(OwnAccount.Setting), transaction.Setting<FormerHistoryKeys>(FormerHistoryKeys.Setting)));
        using AccountKeys keys = AccountKeys.FromRoot(own!.Root);
        Present = HistoryKey.Of(keys);
        _former.AddRange((former?.Keys ?? []).Select(key => HistoryKey.Import(key)));
    }

    public HistoryKey Present { get; }

    /// <summary>The key of an id, exported; null when this device does not have it.</summary>
    public byte[]? Find(byte[] keyId) => _former.Find(key => key.Id.AsSpan().SequenceEqual(keyId))?.Export();

    /// <summary>Opens a segment by whichever key it is under; null: none of these.</summary>
    public byte[]? Open(Guid user, HistorySegmentView segment) =>
        ((HistoryKey[])[Present, .. _former]).Select(key => key.Open(user, segment.Number, segment.Segment)).FirstOrDefault(content => content is not null);

    /// <summary>Whether the segment says that it is under a key that is here.</summary>
    public bool HasKeyOf(HistorySegmentView segment) => HistoryKey.TryReadHeader(segment.Segment, out byte[]? keyId, out _)
        && (Present.Id.AsSpan().SequenceEqual(keyId) || _former.Exists(key => key.Id.AsSpan().SequenceEqual(keyId)));

    /// <summary>Opens earlier segments too from now on, by the key that a segment under a later one told.</summary>
    public void Learn(byte[]? key)
    {
        if (key is { Length: HistoryKey.HashSize })
        {
            _former.Add(HistoryKey.Import(key));
        }
    }

    /// <summary>Keeps a key that <see cref="Learn"/> took.</summary>
    public static void Keep(StoreTransaction transaction, byte[]? key)
    {
        if (key is { Length: HistoryKey.HashSize })
        {
            transaction.PutSetting(
                FormerHistoryKeys.Setting, (transaction.Setting<FormerHistoryKeys>(FormerHistoryKeys.Setting) ?? new FormerHistoryKeys([])).With([.. key]));
        }
    }

    /// <summary>Keeps the history key of a root secret that is about to be given up.</summary>
    public static void KeepOf(StoreTransaction transaction, byte[] root)
    {
        using AccountKeys keys = AccountKeys.FromRoot(root);
        using HistoryKey history = HistoryKey.Of(keys);
        byte[] secret = history.Export();
        Keep(transaction, secret);
        CryptographicOperations.ZeroMemory(secret);
    }

    public void Dispose()
    {
        Present.Dispose();
        _former.ForEach(key => key.Dispose());
    }
}
