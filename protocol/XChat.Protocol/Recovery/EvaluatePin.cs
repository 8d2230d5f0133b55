using MessagePack;

namespace XChat.Protocol.Recovery;

/// <summary>
/// Asks for the evaluation of a blinded PIN. Counted before it is answered; the same blinded element asked for again at once is answered without
/// counting, since it tells nothing new. <c>ProofTimeMs</c> and <c>ProofNonce</c> are the proof of work and <c>Gate</c> what the recovery code gives
/// for this realm; a call with a device's proof needs neither.
/// </summary>
[MessagePackObject]
public sealed record EvaluatePinRequest(
    [property: Key("accountKey")] byte[] AccountKey,
    [property: Key("version")] byte[] Version,
    [property: Key("generation")] int Generation,
    [property: Key("blindedElement")] byte[] BlindedElement,
    [property: Key("proofTimeMs")] long ProofTimeMs,
    [property: Key("proofNonce")] long ProofNonce,
    [property: Key("gate")] byte[]? Gate);

/// <summary>The evaluation with its proof (RFC 9497, verifiable mode); both null unless accepted.</summary>
[MessagePackObject]
public sealed record EvaluatePinResult(
    [property: Key("status")] RecoveryStatus Status,
    [property: Key("evaluated")] byte[]? Evaluated,
    [property: Key("proof")] byte[]? Proof,
    [property: Key("guessesLeft")] int GuessesLeft,
    [property: Key("nextAttemptAtMs")] long NextAttemptAtMs);
