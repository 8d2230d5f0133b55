using XChat.Protocol.Recovery;

namespace XChat.GrainInterfaces.Recovery;

/// <summary>A device's proof, and the SHA-256 of the request as it was sent, which the proof covers. The grain verifies it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DeviceAuthority")]
public sealed record DeviceAuthority([property: Id(0)] byte[] Proof, [property: Id(1)] byte[] BodyHash);

/// <summary>Asks for the state.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeRecovery")]
public sealed record DescribeRecovery([property: Id(0)] DeviceAuthority Device);

/// <summary>The state of a record. Times are Unix milliseconds, 0 for none.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RecoveryDescription")]
public sealed record RecoveryDescription(
    [property: Id(0)] RecoveryStatus Status,
    [property: Id(1)] long Revision,
    [property: Id(2)] byte[]? Current,
    [property: Id(3)] byte[]? Next,
    [property: Id(4)] int GuessesLeft,
    [property: Id(5)] long NextAttemptAtMs,
    [property: Id(6)] long VetoedUntilMs,
    [property: Id(7)] IReadOnlyList<RecoveryAttempt> Attempts,
    [property: Id(8)] long TimeMs);

/// <summary>An attempt; the device is empty for one without.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RecoveryAttempt")]
public sealed record RecoveryAttempt(
    [property: Id(0)] long Position, [property: Id(1)] long AtMs, [property: Id(2)] RecoveryOutcome Outcome, [property: Id(3)] Guid Device);

/// <summary>The shares of a new PIN.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DepositRecovery")]
public sealed record DepositRecovery(
    [property: Id(0)] DeviceAuthority Device,
    [property: Id(1)] byte[] Statement,
    [property: Id(2)] byte[] OprfShare,
    [property: Id(3)] byte[] ScalarShare,
    [property: Id(4)] byte[] Tag,
    [property: Id(5)] byte[] Ciphertext,
    [property: Id(6)] byte[]? Gate);

/// <summary>Shares of zero to be added.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RefreshRecovery")]
public sealed record RefreshRecovery(
    [property: Id(0)] DeviceAuthority Device,
    [property: Id(1)] byte[] Statement,
    [property: Id(2)] byte[] OprfDelta,
    [property: Id(3)] byte[] ScalarDelta);

/// <summary>Names the shares that come into force, by the SHA-256 of their statement: two devices may have made some at once.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ActivateRecovery")]
public sealed record ActivateRecovery([property: Id(0)] DeviceAuthority Device, [property: Id(1)] byte[] StatementHash);

/// <summary>Forbids guesses without a device.</summary>
[GenerateSerializer, Immutable, Alias("xchat.VetoRecovery")]
public sealed record VetoRecovery([property: Id(0)] DeviceAuthority Device);

/// <summary>Destroys the shares.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DeleteRecovery")]
public sealed record DeleteRecovery([property: Id(0)] DeviceAuthority Device);

/// <summary>What a change came to, and the revision after it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RecoveryChanged")]
public sealed record RecoveryChanged([property: Id(0)] RecoveryStatus Status, [property: Id(1)] long Revision);
