using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>
/// The signed-in device on whose behalf a frontend calls. Only a frontend makes one, from a session that it verified. Grains still check that
/// the caller may do what it asks.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.Caller")]
public readonly record struct Caller([property: Id(0)] UserId User, [property: Id(1)] DeviceId Device);
