using XChat.GrainInterfaces.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>
/// The count of guesses. Each call is one conditional statement, so that it holds whatever the number of silos, activations and crashes; what it says
/// is durable when it returns.
/// </summary>
public interface IGuessLedger
{
    /// <summary>Attempts of a record that are kept.</summary>
    const int AttemptsKept = 64;

    /// <summary>
    /// Counts a guess and notes the attempt, if the slot is there, a guess is left, and, without a device, neither time nor veto forbids it.
    /// </summary>
    /// <returns>The count after it; null: not allowed (any more), and nothing was counted.</returns>
    Task<GuessCount?> CountAsync(RecoveryKey key, CountedGuess guess, CancellationToken cancellationToken);

    /// <summary>The PIN was right: all guesses are there again, time and veto forbid nothing. False when the slot is gone.</summary>
    Task<bool> SettleAsync(RecoveryKey key, byte[] version, int generation, CancellationToken cancellationToken);

    /// <summary>The guess counted last was wrong. False when that was another guess.</summary>
    Task<bool> NoteWrongAsync(RecoveryKey key, byte[] guess, CancellationToken cancellationToken);

    /// <summary>Destroys the shares of a record without guesses left. False when there are some, or nothing to destroy.</summary>
    Task<bool> DestroyAsync(RecoveryKey key, DateTimeOffset now, CancellationToken cancellationToken);
}
