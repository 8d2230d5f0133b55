using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>
/// A change without MLS. <c>Kind</c> is <see cref="EntryKind.RoleChanged"/> (target, role), <see cref="EntryKind.MemberLeft"/> (the caller) or
/// <see cref="EntryKind.EpochReported"/> (epoch in <c>Value</c>).
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.ChangeMembership")]
public sealed record ChangeMembership(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] MessageId Message,
    [property: Id(2)] EntryKind Kind,
    [property: Id(3)] UserId Target,
    [property: Id(4)] MemberRole Role,
    [property: Id(5)] long Value);

/// <summary>
/// A member's certified devices as of a version of its device list. <c>Message</c> is derived from user and version, so a repeat is
/// recognised.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RefreshDevices")]
public sealed record RefreshDevices(
    [property: Id(0)] UserId User,
    [property: Id(1)] long Version,
    [property: Id(2)] IReadOnlyList<DeviceId> Devices);
