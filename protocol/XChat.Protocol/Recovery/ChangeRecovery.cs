using MessagePack;

namespace XChat.Protocol.Recovery;

/// <summary>
/// Deposits the shares of a new PIN. They take effect with <see cref="ActivateRecoveryRequest"/>. <c>Gate</c> is the SHA-256 of what the recovery code
/// gives for this realm, null for none.
/// </summary>
[MessagePackObject]
public sealed record DepositRecoveryRequest(
    [property: Key("accountKey")] byte[] AccountKey,
    [property: Key("statement")] byte[] Statement,
    [property: Key("oprfShare")] byte[] OprfShare,
    [property: Key("scalarShare")] byte[] ScalarShare,
    [property: Key("tag")] byte[] Tag,
    [property: Key("ciphertext")] byte[] Ciphertext,
    [property: Key("gate")] byte[]? Gate);

/// <summary>Moves the shares in force by deltas that stand for nothing, to the next generation of the same version.</summary>
[MessagePackObject]
public sealed record RefreshRecoveryRequest(
    [property: Key("accountKey")] byte[] AccountKey,
    [property: Key("statement")] byte[] Statement,
    [property: Key("oprfDelta")] byte[] OprfDelta,
    [property: Key("scalarDelta")] byte[] ScalarDelta);

/// <summary>
/// Puts deposited or refreshed shares in force, named by the SHA-256 of their signed statement; those before are destroyed. A new version starts with all
/// guesses.
/// </summary>
[MessagePackObject]
public sealed record ActivateRecoveryRequest(
    [property: Key("accountKey")] byte[] AccountKey,
    [property: Key("statementHash")] byte[] StatementHash);

/// <summary>Forbids attempts without a device for a week from the time of the device's proof.</summary>
[MessagePackObject]
public sealed record VetoRecoveryRequest([property: Key("accountKey")] byte[] AccountKey);

/// <summary>Destroys what the realm has of the account.</summary>
[MessagePackObject]
public sealed record DeleteRecoveryRequest([property: Key("accountKey")] byte[] AccountKey);

/// <summary>Outcome of a change; <c>Revision</c> is the one after it.</summary>
[MessagePackObject]
public sealed record ChangeRecoveryResult([property: Key("status")] RecoveryStatus Status, [property: Key("revision")] long Revision);
