using MessagePack;

namespace XChat.Protocol.Accounts;

/// <summary>
/// Creates an account. <c>User</c> is chosen by the client and makes the call repeatable. <c>AccountKey</c> is the 32-byte Ed25519 key that signs
/// device lists; <c>DeviceList</c> the first signed list (version 1) with the first device. <c>ProofTimeMs</c> and <c>ProofNonce</c> are the
/// proof of work over user, handle and time.
/// </summary>
[MessagePackObject]
public sealed record RegisterRequest(
    [property: Key("user")] Guid User,
    [property: Key("handle")] string Handle,
    [property: Key("accountKey")] byte[] AccountKey,
    [property: Key("deviceList")] byte[] DeviceList,
    [property: Key("proofTimeMs")] long ProofTimeMs,
    [property: Key("proofNonce")] long ProofNonce);

/// <summary>Outcome of a registration. <c>Handle</c> is the normalised handle when accepted.</summary>
[MessagePackObject]
public sealed record RegisterResult([property: Key("status")] RegisterStatus Status, [property: Key("handle")] string? Handle);

/// <summary>Outcomes of a registration, in order of precedence.</summary>
public enum RegisterStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>The account exists now.</summary>
    Accepted = 1,

    /// <summary>The same registration was accepted before.</summary>
    AlreadyAccepted = 2,

    /// <summary>The user id is taken by other content: choose a new one.</summary>
    IdReusedWithDifferentContent = 3,

    /// <summary>The proof of work is missing, too weak, or its time is outside the window.</summary>
    ProofRejected = 4,

    /// <summary>Length or characters are not those of a handle: 3 to 30 of a-z, 0-9, '_' and '.', starting with a letter.</summary>
    HandleInvalid = 5,

    /// <summary>The handle is reserved.</summary>
    HandleReserved = 6,

    /// <summary>The handle, or one that looks the same, is taken.</summary>
    HandleTaken = 7,

    /// <summary>The device list is malformed, not version 1, or not signed by the account key.</summary>
    DeviceListInvalid = 8,
}
