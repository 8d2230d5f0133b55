using XChat.Protocol.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>The row of a record: what a realm has of an account, and how often it was guessed at.</summary>
/// <param name="Revision">1 for the first change, then one more with each; fences every change by a device.</param>
/// <param name="Current">The shares in force; null when there are none.</param>
/// <param name="Next">Shares that wait to be put in force.</param>
/// <param name="ListVersion">The newest device list that the realm has seen.</param>
/// <param name="GuessCount">Guesses since the PIN was last right.</param>
/// <param name="GuessLimit">Guesses at which the shares are destroyed.</param>
/// <param name="LastGuess">The guess that was counted last, so that a repeated one is not counted again.</param>
/// <param name="NextAttemptAt">Before this nobody guesses without a device.</param>
/// <param name="VetoedUntil">A device's veto.</param>
/// <param name="Destroyed">Whether the guesses were used up.</param>
public sealed record StoredRecovery(
    long Revision,
    StoredSlot? Current,
    StoredSlot? Next,
    long ListVersion,
    int GuessCount,
    int GuessLimit,
    byte[]? LastGuess,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? VetoedUntil,
    bool Destroyed)
{
    /// <summary>Guesses that are left.</summary>
    public int GuessesLeft => Current is null && Next is null ? 0 : GuessLimit - GuessCount;

    /// <summary>The slot of a version and generation, or null.</summary>
    public StoredSlot? Find(byte[] version, int generation) =>
        Current?.Is(version, generation) == true ? Current : Next?.Is(version, generation) == true ? Next : null;
}

/// <summary>One set of shares: the account's statement in clear, the realm's deposit sealed by the realm's key.</summary>
public sealed record StoredSlot(byte[] Version, int Generation, byte[] Statement, byte[] SealedDeposit, byte[]? Gate)
{
    /// <summary>Whether it is the slot of a version and generation.</summary>
    public bool Is(byte[] version, int generation) => Generation == generation && Version.AsSpan().SequenceEqual(version);
}

/// <summary>The slots after a change. <c>ResetGuesses</c>: another PIN came into force.</summary>
public sealed record RecoveryWrite(StoredSlot? Current, StoredSlot? Next, bool ResetGuesses, int GuessLimit);

/// <summary>A guess to be counted. <c>Device</c> is empty for one without a device; <c>Waits</c> are the times after the first, second, ... guess.</summary>
public sealed record CountedGuess(byte[] Hash, byte[] Version, int Generation, Guid Device, DateTimeOffset At, IReadOnlyList<TimeSpan> Waits)
{
    /// <summary>How long the guess after the given number of guesses has to wait.</summary>
    public TimeSpan WaitAfter(int guesses) => Waits[Math.Min(guesses, Waits.Count) - 1];
}

/// <summary>A guess that was counted: how many there are, and when the next may be made.</summary>
public sealed record GuessCount(int Guesses, DateTimeOffset NextAttemptAt);

/// <summary>An attempt as it is kept.</summary>
public sealed record StoredAttempt(long Position, DateTimeOffset At, RecoveryOutcome Outcome, Guid Device);
