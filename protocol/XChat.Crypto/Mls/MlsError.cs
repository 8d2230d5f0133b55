namespace XChat.Crypto.Mls;

/// <summary>Why MLS bytes were refused. The group is as it was before the call.</summary>
public enum MlsError
{
    /// <summary>The bytes are not a well-formed structure (RFC 9420, TLS presentation language), or have a rest.</summary>
    Malformed = 1,

    /// <summary>A protocol version, cipher suite, credential or proposal that is not supported here.</summary>
    Unsupported = 2,

    /// <summary>The message belongs to another group.</summary>
    WrongGroup = 3,

    /// <summary>The message belongs to an epoch that is not held: too old, or not reached yet.</summary>
    WrongEpoch = 4,

    /// <summary>A signature, membership tag, confirmation tag or parent hash does not verify.</summary>
    BadSignature = 5,

    /// <summary>A ciphertext does not open.</summary>
    BadCiphertext = 6,

    /// <summary>The message was processed before; its key is gone.</summary>
    Replayed = 7,

    /// <summary>The generation lies too far ahead.</summary>
    TooFarAhead = 8,

    /// <summary>The sender is not a member, or must not send this.</summary>
    BadSender = 9,

    /// <summary>The proposals of a commit break the rules of RFC 9420 section 12.2.</summary>
    BadProposals = 10,

    /// <summary>The tree breaks the rules of RFC 9420 section 7.9 or 12.4.3.1.</summary>
    BadTree = 11,

    /// <summary>The authentication service refused a leaf: its key is not certified for its identity.</summary>
    NotCertified = 12,

    /// <summary>The Welcome is not for any of the key packages at hand.</summary>
    NotForUs = 13,

    /// <summary>The own commit: it is applied from its pending commit, not processed.</summary>
    OwnCommit = 14,

    /// <summary>A pre-shared key that the commit names is not known.</summary>
    UnknownPsk = 15,

    /// <summary>
    /// The post-quantum layer is missing: a key package came without the Welcome key that it promises, or with another one, or a Welcome is not sealed to it.
    /// </summary>
    Downgraded = 16,
}
