using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>Asks for a challenge for a device.</summary>
[GenerateSerializer, Immutable, Alias("xchat.IssueChallenge")]
public sealed record IssueChallenge([property: Id(0)] DeviceId Device);

/// <summary>32 random bytes, single use.</summary>
[GenerateSerializer, Immutable, Alias("xchat.IssuedChallenge")]
public sealed record IssuedChallenge([property: Id(0)] byte[] Challenge, [property: Id(1)] int ValidSeconds);

/// <summary>A signed challenge.</summary>
[GenerateSerializer, Immutable, Alias("xchat.SignIn")]
public sealed record SignIn([property: Id(0)] DeviceId Device, [property: Id(1)] byte[] Challenge, [property: Id(2)] byte[] Signature);

/// <summary>A session, or the one refusal. The token names its user, so that a frontend finds the grain that verifies it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.SignedIn")]
public sealed record SignedIn([property: Id(0)] SignInStatus Status, [property: Id(1)] string? Token, [property: Id(2)] int ValidSeconds);

/// <summary>A token as presented.</summary>
[GenerateSerializer, Immutable, Alias("xchat.VerifySession")]
public sealed record VerifySession([property: Id(0)] string Token);

/// <summary>Whose session it is and the seconds that it has left; <c>Valid</c> false: not a live session.</summary>
[GenerateSerializer, Immutable, Alias("xchat.VerifiedSession")]
public sealed record VerifiedSession([property: Id(0)] bool Valid, [property: Id(1)] DeviceId Device, [property: Id(2)] int ValidSeconds);

/// <summary>Ends the session of <c>Token</c> when given, else every session of <c>Device</c>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.EndSession")]
public sealed record EndSession([property: Id(0)] string? Token, [property: Id(1)] DeviceId Device);
