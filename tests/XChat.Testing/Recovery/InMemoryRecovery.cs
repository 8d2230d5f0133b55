using XChat.GrainInterfaces.Recovery;
using XChat.Grains.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Testing.Recovery;

/// <summary>The records of realms in memory, with the promises of the database. One instance is all realms' databases, shared by the silos of a test.</summary>
public sealed class InMemoryRecovery : IRecoveryStore, IGuessLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredRecovery> _rows = [];
    private readonly Dictionary<string, List<StoredAttempt>> _attempts = [];
    private long _position;

    /// <inheritdoc/>
    public Task<StoredRecovery?> LoadAsync(RecoveryKey key, CancellationToken cancellationToken) => Locked(() => _rows.GetValueOrDefault(key.ToString()));

    /// <inheritdoc/>
    public Task<bool> WriteAsync(RecoveryKey key, long revision, RecoveryWrite write, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        StoredRecovery? row = _rows.GetValueOrDefault(key.ToString());
        if ((row?.Revision ?? 0) != revision)
        {
            return false;
        }

        row ??= new StoredRecovery(0, null, null, 0, 0, write.GuessLimit, null, null, null, false);
        row = row with
        {
            Revision = revision + 1,
            Current = write.Current,
            Next = write.Next,
            Destroyed = row.Destroyed && write.Current is null && write.Next is null,
        };
        _rows[key.ToString()] = write.ResetGuesses
            ? row with { GuessCount = 0, GuessLimit = write.GuessLimit, LastGuess = null, NextAttemptAt = null, VetoedUntil = null }
            : row;
        return true;
    });

    /// <inheritdoc/>
    public Task RaiseAsync(RecoveryKey key, DateTimeOffset? vetoedUntil, long listVersion, CancellationToken cancellationToken) => Change(
        key,
        _ => true,
        row => row with
        {
            ListVersion = Math.Max(row.ListVersion, listVersion),
            VetoedUntil = row.VetoedUntil is null || vetoedUntil > row.VetoedUntil ? vetoedUntil ?? row.VetoedUntil : row.VetoedUntil,
        });

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredAttempt>> AttemptsAsync(RecoveryKey key, int limit, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<StoredAttempt>>(() => [.. Attempts(key).AsEnumerable().Reverse().Take(limit)]);

    /// <inheritdoc/>
    public Task<GuessCount?> CountAsync(RecoveryKey key, CountedGuess guess, CancellationToken cancellationToken) => Locked<GuessCount?>(() =>
    {
        if (!_rows.TryGetValue(key.ToString(), out StoredRecovery? row) || row.Find(guess.Version, guess.Generation) is null
            || row.GuessCount >= row.GuessLimit
            || (guess.Device == Guid.Empty && (row.NextAttemptAt > guess.At || row.VetoedUntil > guess.At)))
        {
            return null;
        }

        row = row with { GuessCount = row.GuessCount + 1, LastGuess = guess.Hash, NextAttemptAt = guess.At + guess.WaitAfter(row.GuessCount + 1) };
        _rows[key.ToString()] = row;
        List<StoredAttempt> attempts = Attempts(key);
        attempts.Add(new StoredAttempt(++_position, guess.At, RecoveryOutcome.Attempted, guess.Device));
        attempts.RemoveRange(0, Math.Max(0, attempts.Count - IGuessLedger.AttemptsKept));
        return new GuessCount(row.GuessCount, row.NextAttemptAt.Value);
    });

    /// <inheritdoc/>
    public Task<bool> SettleAsync(RecoveryKey key, byte[] version, int generation, CancellationToken cancellationToken) => Change(
        key,
        row => row.Find(version, generation) is not null,
        row =>
        {
            NoteLast(key, RecoveryOutcome.Released);
            return row with { GuessCount = 0, LastGuess = null, NextAttemptAt = null, VetoedUntil = null };
        });

    /// <inheritdoc/>
    public Task<bool> NoteWrongAsync(RecoveryKey key, byte[] guess, CancellationToken cancellationToken) => Change(
        key,
        row => row.LastGuess is { } last && last.AsSpan().SequenceEqual(guess),
        row =>
        {
            NoteLast(key, RecoveryOutcome.WrongPin);
            return row;
        });

    /// <inheritdoc/>
    public Task<bool> DestroyAsync(RecoveryKey key, DateTimeOffset now, CancellationToken cancellationToken) => Change(
        key,
        row => row.GuessCount >= row.GuessLimit && !row.Destroyed,
        row => row with { Revision = row.Revision + 1, Current = null, Next = null, LastGuess = null, Destroyed = true });

    private List<StoredAttempt> Attempts(RecoveryKey key)
    {
        if (!_attempts.TryGetValue(key.ToString(), out List<StoredAttempt>? attempts))
        {
            _attempts[key.ToString()] = attempts = [];
        }

        return attempts;
    }

    private void NoteLast(RecoveryKey key, RecoveryOutcome outcome)
    {
        List<StoredAttempt> attempts = Attempts(key);
        if (attempts.Count > 0)
        {
            attempts[^1] = attempts[^1] with { Outcome = outcome };
        }
    }

    private Task<bool> Change(RecoveryKey key, Func<StoredRecovery, bool> condition, Func<StoredRecovery, StoredRecovery> change) => Locked(() =>
    {
        if (!_rows.TryGetValue(key.ToString(), out StoredRecovery? row) || !condition(row))
        {
            return false;
        }

        _rows[key.ToString()] = change(row);
        return true;
    });

    private Task<T> Locked<T>(Func<T> access)
    {
        lock (_gate)
        {
            return Task.FromResult(access());
        }
    }
}
