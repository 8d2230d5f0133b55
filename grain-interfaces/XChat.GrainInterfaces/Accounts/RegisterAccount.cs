using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>A registration as the frontend parsed it; meanings and units as in <see cref="RegisterRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RegisterAccount")]
public sealed record RegisterAccount(
    [property: Id(0)] string Handle,
    [property: Id(1)] byte[] AccountKey,
    [property: Id(2)] byte[] DeviceList,
    [property: Id(3)] long ProofTimeMs,
    [property: Id(4)] long ProofNonce);

/// <summary>Outcome of a registration; <c>Handle</c> is the normalised one when accepted.</summary>
[GenerateSerializer, Immutable, Alias("xchat.AccountRegistered")]
public sealed record AccountRegistered([property: Id(0)] RegisterStatus Status, [property: Id(1)] string? Handle);
