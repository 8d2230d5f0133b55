using MessagePack;

namespace XChat.Protocol.Recovery;

/// <summary>Asks what a realm has of an account. The account key is 32 bytes.</summary>
[MessagePackObject]
public sealed record FindRecoveryRequest([property: Key("accountKey")] byte[] AccountKey);

/// <summary>
/// What there is: one slot, or two while a new PIN or a refresh is being brought to all realms. <c>NextAttemptAtMs</c> is when the next attempt without
/// a device may be made (0: now), <c>Difficulty</c> the leading zero bits of its proof of work, <c>Gated</c> whether it needs the recovery code.
/// <c>TimeMs</c> is the realm's clock, Unix milliseconds.
/// </summary>
[MessagePackObject]
public sealed record FindRecoveryResult(
    [property: Key("status")] RecoveryStatus Status,
    [property: Key("slots")] IReadOnlyList<RecoverySlotView> Slots,
    [property: Key("guessesLeft")] int GuessesLeft,
    [property: Key("nextAttemptAtMs")] long NextAttemptAtMs,
    [property: Key("difficulty")] int Difficulty,
    [property: Key("gated")] bool Gated,
    [property: Key("timeMs")] long TimeMs);

/// <summary>A statement signed by the account key, and whether it is in force at this realm.</summary>
[MessagePackObject]
public sealed record RecoverySlotView([property: Key("statement")] byte[] Statement, [property: Key("current")] bool Current);
