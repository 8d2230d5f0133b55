namespace XChat.Client;

/// <summary>Why the client could not do what it was asked to. Callers branch on this, never on the text.</summary>
public enum ClientErrorReason
{
    /// <summary>Not set.</summary>
    Unspecified = 0,

    /// <summary>The profile has no account yet: register first.</summary>
    NotRegistered = 1,

    /// <summary>The profile has an account already.</summary>
    AlreadyRegistered = 2,

    /// <summary>Another process has the profile open.</summary>
    ProfileInUse = 3,

    /// <summary>The profile's files are missing, damaged, or do not belong together.</summary>
    ProfileDamaged = 4,

    /// <summary>The profile was written by a newer version of this program.</summary>
    ProfileTooNew = 5,

    /// <summary>An argument is malformed or out of range.</summary>
    InvalidInput = 6,

    /// <summary>There is no such person, conversation or message.</summary>
    NotFound = 7,

    /// <summary>The server refused; the text names its status.</summary>
    Refused = 8,

    /// <summary>The server cannot be reached or does not answer. What was to be sent stays in the outbox.</summary>
    ServerUnreachable = 9,

    /// <summary>Too many calls: try again later.</summary>
    RateLimited = 10,

    /// <summary>Something that was signed or encrypted is not what it claims to be. Nothing was sent.</summary>
    Security = 11,

    /// <summary>The server does not accept this device: it was revoked, or the profile belongs to another server.</summary>
    SignInRefused = 12,

    /// <summary>The server answered something that this version does not understand.</summary>
    ProtocolMismatch = 13,
}
