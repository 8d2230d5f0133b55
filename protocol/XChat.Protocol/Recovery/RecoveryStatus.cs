namespace XChat.Protocol.Recovery;

/// <summary>Outcomes of the operations of a realm, in order of precedence.</summary>
public enum RecoveryStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Done.</summary>
    Accepted = 1,

    /// <summary>It was done before.</summary>
    AlreadyAccepted = 2,

    /// <summary>The device's proof is missing, wrong, too old, or by a device list older than one that the realm has seen.</summary>
    NotAuthorised = 3,

    /// <summary>The record has changed since the revision that was signed: describe it and try again.</summary>
    StaleRevision = 4,

    /// <summary>The realm has nothing of this account.</summary>
    NotRegistered = 5,

    /// <summary>All guesses were used up; what the realm had was destroyed.</summary>
    Destroyed = 6,

    /// <summary>The realm has no share of this version and generation.</summary>
    VersionUnknown = 7,

    /// <summary>A device of the account forbids attempts without a device for now.</summary>
    Vetoed = 8,

    /// <summary>The next attempt without a device is possible later: after the time that the result names.</summary>
    TooEarly = 9,

    /// <summary>The account has a recovery code, and it is missing or wrong. Nothing was counted.</summary>
    GateClosed = 10,

    /// <summary>The proof of work is missing, too weak, or its time outside the window. Nothing was counted.</summary>
    ProofRejected = 11,

    /// <summary>The tag is not the one of the right PIN.</summary>
    WrongTag = 12,

    /// <summary>Statement, shares or element are not what they have to be.</summary>
    Invalid = 13,
}
