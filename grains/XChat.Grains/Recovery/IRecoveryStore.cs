using XChat.GrainInterfaces.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>The records of the realms of this process. A stale writer loses.</summary>
public interface IRecoveryStore
{
    /// <summary>A record, or null when the realm never had one.</summary>
    Task<StoredRecovery?> LoadAsync(RecoveryKey key, CancellationToken cancellationToken);

    /// <summary>Changes the slots if the revision is still <paramref name="revision"/>; 0 makes the record.</summary>
    /// <returns>Whether it was; false: another writer got ahead.</returns>
    Task<bool> WriteAsync(RecoveryKey key, long revision, RecoveryWrite write, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Moves the veto and the newest known device list forward, never back.</summary>
    Task RaiseAsync(RecoveryKey key, DateTimeOffset? vetoedUntil, long listVersion, CancellationToken cancellationToken);

    /// <summary>The newest attempts, newest first.</summary>
    Task<IReadOnlyList<StoredAttempt>> AttemptsAsync(RecoveryKey key, int limit, CancellationToken cancellationToken);
}
