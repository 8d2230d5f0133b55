using MessagePack;

namespace XChat.Client.Accounts;

/// <summary>
/// A person as this device knows them: the account key that was pinned when they were first met, and the newest verified device list.
/// <c>VerifiedKey</c> is the account key that was compared by safety number; null: never.
/// </summary>
[MessagePackObject]
internal sealed record StoredPerson(
    [property: Key(0)] Guid User,
    [property: Key(1)] string Handle,
    [property: Key(2)] byte[] AccountKey,
    [property: Key(3)] long ListVersion,
    [property: Key(4)] byte[] SignedList,
    [property: Key(5)] byte[]? VerifiedKey = null);
