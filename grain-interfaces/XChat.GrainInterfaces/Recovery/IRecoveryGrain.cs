namespace XChat.GrainInterfaces.Recovery;

/// <summary>One realm's part of one account's PIN recovery, for whoever claims to be its owner without a device.</summary>
/// <remarks>
/// Key: the realm id and the account key.
/// Owns: the guess count, the spacing of guesses, the record of attempts.
/// Durable when: the result is returned; a guess is durable before it is evaluated.
/// Retry: a guess by its blinded element, which is counted once; the others at will.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.recovery"), Alias("xchat.IRecoveryGrain")]
public interface IRecoveryGrain : IGrainWithStringKey
{
    /// <summary>Tells which statements there are and when the next guess may be made.</summary>
    [Alias("find")]
    Task<RecoveryFound> Find();

    /// <summary>Counts a guess and then evaluates it.</summary>
    [Alias("evaluate")]
    Task<PinEvaluated> Evaluate(EvaluatePin request);

    /// <summary>Releases the share for the right tag, which resets the count.</summary>
    [Alias("release")]
    Task<ShareReleased> Release(ReleaseShare request);
}
