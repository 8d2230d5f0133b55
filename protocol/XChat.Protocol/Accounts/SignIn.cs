using MessagePack;

namespace XChat.Protocol.Accounts;

/// <summary>Asks for a challenge that the device will sign. Answered alike for accounts and devices that do not exist.</summary>
[MessagePackObject]
public sealed record ChallengeRequest([property: Key("user")] Guid User, [property: Key("device")] Guid Device);

/// <summary>A challenge of 32 random bytes, single use, valid for <c>ValidSeconds</c>.</summary>
[MessagePackObject]
public sealed record ChallengeResult([property: Key("challenge")] byte[] Challenge, [property: Key("validSeconds")] int ValidSeconds);

/// <summary>Signs in with the device's Ed25519 signature over the challenge, the user and the device.</summary>
[MessagePackObject]
public sealed record SignInRequest(
    [property: Key("user")] Guid User,
    [property: Key("device")] Guid Device,
    [property: Key("challenge")] byte[] Challenge,
    [property: Key("signature")] byte[] Signature);

/// <summary>A session: an opaque bearer token and the seconds for which it is valid. Both are empty unless <c>Status</c> is accepted.</summary>
[MessagePackObject]
public sealed record SignInResult(
    [property: Key("status")] SignInStatus Status,
    [property: Key("token")] string? Token,
    [property: Key("validSeconds")] int ValidSeconds);

/// <summary>Outcomes of a sign-in. One refusal for every cause, so that nothing can be probed.</summary>
public enum SignInStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Signed in.</summary>
    Accepted = 1,

    /// <summary>Unknown account or device, revoked device, expired or used challenge, or wrong signature.</summary>
    Refused = 2,
}
