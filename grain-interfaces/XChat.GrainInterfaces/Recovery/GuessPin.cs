using XChat.Protocol.Recovery;

namespace XChat.GrainInterfaces.Recovery;

/// <summary>What a realm has, and when the next guess may be made (Unix milliseconds; 0: now).</summary>
[GenerateSerializer, Immutable, Alias("xchat.RecoveryFound")]
public sealed record RecoveryFound(
    [property: Id(0)] RecoveryStatus Status,
    [property: Id(1)] IReadOnlyList<RecoverySlot> Slots,
    [property: Id(2)] int GuessesLeft,
    [property: Id(3)] long NextAttemptAtMs,
    [property: Id(4)] int Difficulty,
    [property: Id(5)] bool Gated,
    [property: Id(6)] long TimeMs);

/// <summary>A signed statement, and whether it is in force.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RecoverySlot")]
public sealed record RecoverySlot([property: Id(0)] byte[] Statement, [property: Id(1)] bool Current);

/// <summary>A guess: a blinded PIN, with a proof of work and the gate's secret, or by a device.</summary>
[GenerateSerializer, Immutable, Alias("xchat.EvaluatePin")]
public sealed record EvaluatePin(
    [property: Id(0)] byte[] Version,
    [property: Id(1)] int Generation,
    [property: Id(2)] byte[] BlindedElement,
    [property: Id(3)] long ProofTimeMs,
    [property: Id(4)] long ProofNonce,
    [property: Id(5)] byte[]? Gate,
    [property: Id(6)] DeviceAuthority? Device);

/// <summary>An evaluation, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PinEvaluated")]
public sealed record PinEvaluated(
    [property: Id(0)] RecoveryStatus Status,
    [property: Id(1)] byte[]? Evaluated,
    [property: Id(2)] byte[]? Proof,
    [property: Id(3)] int GuessesLeft,
    [property: Id(4)] long NextAttemptAtMs);

/// <summary>The tag of a PIN, after its evaluation.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReleaseShare")]
public sealed record ReleaseShare(
    [property: Id(0)] byte[] Version,
    [property: Id(1)] int Generation,
    [property: Id(2)] byte[] BlindedElement,
    [property: Id(3)] byte[] Tag);

/// <summary>The share, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ShareReleased")]
public sealed record ShareReleased(
    [property: Id(0)] RecoveryStatus Status,
    [property: Id(1)] byte[]? ScalarShare,
    [property: Id(2)] byte[]? Ciphertext,
    [property: Id(3)] int GuessesLeft);
