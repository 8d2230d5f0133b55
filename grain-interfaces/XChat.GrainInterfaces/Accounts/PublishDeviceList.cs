using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>The next signed device list.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PublishDeviceList")]
public sealed record PublishDeviceList([property: Id(0)] Caller Caller, [property: Id(1)] byte[] DeviceList);

/// <summary>Outcome, with the version in force now.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DeviceListPublished")]
public sealed record DeviceListPublished([property: Id(0)] PublishDeviceListStatus Status, [property: Id(1)] long Version);
