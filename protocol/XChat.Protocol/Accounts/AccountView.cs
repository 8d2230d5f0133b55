using MessagePack;

namespace XChat.Protocol.Accounts;

/// <summary>Public face of an account. The client verifies <c>DeviceList</c> (signed bytes) with <c>AccountKey</c>, and pins that key.</summary>
[MessagePackObject]
public sealed record AccountView(
    [property: Key("user")] Guid User,
    [property: Key("handle")] string Handle,
    [property: Key("accountKey")] byte[] AccountKey,
    [property: Key("deviceList")] byte[] DeviceList);

/// <summary>An account, or null when there is none of that id or handle.</summary>
[MessagePackObject]
public sealed record FindAccountResult([property: Key("account")] AccountView? Account);
