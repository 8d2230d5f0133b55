namespace XChat.GrainInterfaces.Recovery;

/// <summary>One realm's part of one account's PIN recovery, for the account's devices.</summary>
/// <remarks>
/// Key: the realm id and the account key.
/// Owns: the shares, the recovery code's hash, the veto.
/// Durable when: the result is returned.
/// Retry: the same change again is already accepted, or stale and then to be described.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.recovery-upkeep"), Alias("xchat.IRecoveryUpkeepGrain")]
public interface IRecoveryUpkeepGrain : IGrainWithStringKey
{
    /// <summary>Tells the state of the record and the attempts.</summary>
    [Alias("describe")]
    Task<RecoveryDescription> Describe(DescribeRecovery request);

    /// <summary>Takes the shares of a new PIN, not yet in force.</summary>
    [Alias("deposit")]
    Task<RecoveryChanged> Deposit(DepositRecovery request);

    /// <summary>Moves the shares to the next generation, not yet in force.</summary>
    [Alias("refresh")]
    Task<RecoveryChanged> Refresh(RefreshRecovery request);

    /// <summary>Puts the shares that wait in force and destroys those before.</summary>
    [Alias("activate")]
    Task<RecoveryChanged> Activate(ActivateRecovery request);

    /// <summary>Forbids guesses without a device for a while.</summary>
    [Alias("veto")]
    Task<RecoveryChanged> Veto(VetoRecovery request);

    /// <summary>Destroys the shares.</summary>
    [Alias("delete")]
    Task<RecoveryChanged> Delete(DeleteRecovery request);
}
