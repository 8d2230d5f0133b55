using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>A device that the account certifies now, with its 32-byte Ed25519 key.</summary>
[GenerateSerializer, Immutable, Alias("xchat.CertifiedDevice")]
public sealed record CertifiedDevice([property: Id(0)] DeviceId Device, [property: Id(1)] byte[] SignatureKey);

/// <summary>What is public about an account. <c>Exists</c> is false, and the rest empty, when nobody registered the id.</summary>
[GenerateSerializer, Immutable, Alias("xchat.AccountDescription")]
public sealed record AccountDescription(
    [property: Id(0)] bool Exists,
    [property: Id(1)] string Handle,
    [property: Id(2)] byte[] AccountKey,
    [property: Id(3)] byte[] DeviceList,
    [property: Id(4)] long DeviceListVersion,
    [property: Id(5)] IReadOnlyList<CertifiedDevice> Devices);
