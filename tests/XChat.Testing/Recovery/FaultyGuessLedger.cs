using XChat.GrainInterfaces.Recovery;
using XChat.Grains.Recovery;

namespace XChat.Testing.Recovery;

/// <summary>A ledger whose answers get lost when told to: what a process leaves behind that dies between the count and its answer.</summary>
public sealed class FaultyGuessLedger(IGuessLedger inner) : IGuessLedger
{
    private int _lost;

    /// <summary>Counts that are to be made durable and never answered.</summary>
    public void LoseAnswers(int count) => Volatile.Write(ref _lost, count);

    /// <inheritdoc/>
    public async Task<GuessCount?> CountAsync(RecoveryKey key, CountedGuess guess, CancellationToken cancellationToken)
    {
        GuessCount? count = await inner.CountAsync(key, guess, cancellationToken);
        return Interlocked.Decrement(ref _lost) >= 0 ? throw new TimeoutException("The answer was lost.") : count;
    }

    /// <inheritdoc/>
    public Task<bool> SettleAsync(RecoveryKey key, byte[] version, int generation, CancellationToken cancellationToken) =>
        inner.SettleAsync(key, version, generation, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> NoteWrongAsync(RecoveryKey key, byte[] guess, CancellationToken cancellationToken) => inner.NoteWrongAsync(key, guess, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DestroyAsync(RecoveryKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        inner.DestroyAsync(key, now, cancellationToken);
}
