using MessagePack;

namespace XChat.Protocol.Recovery;

/// <summary>A device asks what a realm has of its account, and which attempts were made.</summary>
[MessagePackObject]
public sealed record DescribeRecoveryRequest([property: Key("accountKey")] byte[] AccountKey);

/// <summary>
/// The state of the record. <c>Revision</c> is what the next change signs. <c>Current</c> and <c>Next</c> are signed statements, null when there is none.
/// Attempts come newest first.
/// </summary>
[MessagePackObject]
public sealed record DescribeRecoveryResult(
    [property: Key("status")] RecoveryStatus Status,
    [property: Key("revision")] long Revision,
    [property: Key("current")] byte[]? Current,
    [property: Key("next")] byte[]? Next,
    [property: Key("guessesLeft")] int GuessesLeft,
    [property: Key("nextAttemptAtMs")] long NextAttemptAtMs,
    [property: Key("vetoedUntilMs")] long VetoedUntilMs,
    [property: Key("attempts")] IReadOnlyList<RecoveryAttemptView> Attempts,
    [property: Key("timeMs")] long TimeMs);

/// <summary>An attempt. <c>Position</c> rises; <c>Device</c> is the device that made it, empty for one without a device.</summary>
[MessagePackObject]
public sealed record RecoveryAttemptView(
    [property: Key("position")] long Position,
    [property: Key("atMs")] long AtMs,
    [property: Key("outcome")] RecoveryOutcome Outcome,
    [property: Key("device")] Guid Device);

/// <summary>What an attempt came to.</summary>
public enum RecoveryOutcome
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>A PIN was evaluated, and nobody said what it came to.</summary>
    Attempted = 1,

    /// <summary>The PIN was wrong.</summary>
    WrongPin = 2,

    /// <summary>The PIN was right and the share was handed out.</summary>
    Released = 3,
}
