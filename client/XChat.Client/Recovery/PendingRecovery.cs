using MessagePack;

namespace XChat.Client.Recovery;

/// <summary>
/// Shares on their way to the realms: stored before the first is sent, and dropped when every realm has its own. Without <c>Tag</c> they are the shifts
/// of a refresh. <c>Fewest</c> is how many realms must have got theirs before the first puts them in force.
/// </summary>
[MessagePackObject]
internal sealed record PendingRecovery(
    [property: Key(0)] byte[] Statement, [property: Key(1)] IReadOnlyList<PendingShare> Shares, [property: Key(2)] int Fewest)
{
    public const string Setting = "recovery.pending";
}

/// <summary>What one realm is still to get.</summary>
[MessagePackObject]
internal sealed record PendingShare(
    [property: Key(0)] Guid Realm,
    [property: Key(1)] byte[] Oprf,
    [property: Key(2)] byte[] Scalar,
    [property: Key(3)] byte[]? Tag,
    [property: Key(4)] byte[]? Ciphertext,
    [property: Key(5)] byte[]? Gate);

/// <summary>
/// What is remembered of the PIN. Times are Unix milliseconds by this device's clock. <c>AccountKey</c> is the key that it was set for; null: by a version that
/// knew one key.
/// </summary>
[MessagePackObject]
internal sealed record PinMemory(
    [property: Key(0)] long SetAtMs, [property: Key(1)] long CheckedAtMs, [property: Key(2)] long RefreshedAtMs, [property: Key(3)] bool HasCode,
    [property: Key(4)] byte[]? AccountKey = null)
{
    public const string Setting = "recovery.pin";
}
