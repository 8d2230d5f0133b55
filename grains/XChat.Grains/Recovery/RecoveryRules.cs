using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.Crypto.Recovery;
using XChat.GrainInterfaces.Recovery;
using XChat.Protocol;
using XChat.Protocol.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>What a realm allows. Pure: no clock, no I/O. The checks stand in the order in which the statuses take precedence.</summary>
public static class RecoveryRules
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(Limits.ProofWindowSeconds);

    /// <summary>Whether there is anything to recover.</summary>
    public static RecoveryStatus StatusOf(StoredRecovery? record) =>
        record is { Destroyed: true } ? RecoveryStatus.Destroyed
        : record is null or { Current: null, Next: null } ? RecoveryStatus.NotRegistered
        : RecoveryStatus.Accepted;

    /// <summary>The device behind a call, when its proof verifies, is fresh, and is not by a list older than one that was seen.</summary>
    public static DeviceProof? Verify(StoredRecovery? record, RecoveryKey key, string operation, DeviceAuthority authority, DateTimeOffset now) =>
        DeviceProof.TryVerify(authority.Proof, key.AccountKey, key.Realm, operation, authority.BodyHash, out DeviceProof? proof)
        && IsNear(proof.TimeMs, now)
        && proof.ListVersion >= (record?.ListVersion ?? 0)
            ? proof
            : null;

    /// <summary>Decides a guess. A guess with a device's proof is not spaced, gated or stamped; it is counted as any other.</summary>
    public static GuessDecision DecideGuess(
        StoredRecovery? record, RecoveryKey key, EvaluatePin request, bool byDevice, int difficulty, DateTimeOffset now)
    {
        RecoveryStatus there = StatusOf(record);
        if (there != RecoveryStatus.Accepted)
        {
            return GuessDecision.Refuse(there);
        }

        if (record!.Find(request.Version, request.Generation) is not { } slot)
        {
            return GuessDecision.Refuse(RecoveryStatus.VersionUnknown);
        }

        // The same element again evaluates to the same: whoever lost the answer learns nothing new.
        bool repeated = record.LastGuess is { } last && last.AsSpan().SequenceEqual(HashOf(request.Version, request.Generation, request.BlindedElement));
        RecoveryStatus forbidden =
            !repeated && record.GuessesLeft <= 0 ? RecoveryStatus.Destroyed
            : !repeated && !byDevice && record.VetoedUntil > now ? RecoveryStatus.Vetoed
            : !repeated && !byDevice && record.NextAttemptAt > now ? RecoveryStatus.TooEarly
            : !byDevice && !Passes(slot.Gate, request.Gate) ? RecoveryStatus.GateClosed
            : !byDevice && !IsStamped(key, request, difficulty, now) ? RecoveryStatus.ProofRejected
            : !Oprf.IsElement(request.BlindedElement) ? RecoveryStatus.Invalid
            : RecoveryStatus.Accepted;
        return forbidden == RecoveryStatus.Accepted
            ? new GuessDecision(RecoveryStatus.Accepted, slot, Counts: !repeated)
            : GuessDecision.Refuse(forbidden);
    }

    /// <summary>
    /// Whether a record without guesses left may be destroyed by whoever comes along. Not at once: whoever made the last guess still has to say whether
    /// it was right.
    /// </summary>
    public static bool IsSpent(StoredRecovery? record, DateTimeOffset now) =>
        StatusOf(record) == RecoveryStatus.Accepted && record!.GuessesLeft <= 0 && (record.NextAttemptAt is null || record.NextAttemptAt <= now);

    /// <summary>Decides a deposit; <paramref name="seal"/> encrypts what is stored of it.</summary>
    public static ChangeDecision DecideDeposit(
        StoredRecovery? record, RecoveryKey key, DepositRecovery request, DeviceProof device, int guessLimit,
        Func<RecoveryStatement, RealmDeposit, byte[]> seal)
    {
        if (Same(record?.Next, request.Statement) || Same(record?.Current, request.Statement))
        {
            return ChangeDecision.Already;
        }

        if (device.Revision != (record?.Revision ?? 0))
        {
            return ChangeDecision.Refuse(RecoveryStatus.StaleRevision);
        }

        RealmDeposit deposit = new(key.Realm, request.OprfShare, request.ScalarShare, request.Tag, request.Ciphertext);
        return RecoveryStatement.TryVerify(request.Statement, key.AccountKey, out RecoveryStatement? statement)
            && statement.Generation == 1 && PinVault.Fits(statement, deposit)
                // Where nothing is in force there is nothing that guesses were made at.
                ? ChangeDecision.Write(new RecoveryWrite(
                    record?.Current, Slot(statement, request.Statement, seal(statement, deposit), request.Gate), record?.Current is null, guessLimit))
                : ChangeDecision.Refuse(RecoveryStatus.Invalid);
    }

    /// <summary>Decides a refresh of the shares in force, which <paramref name="open"/> decrypts.</summary>
    public static ChangeDecision DecideRefresh(
        StoredRecovery? record, RecoveryKey key, RefreshRecovery request, DeviceProof device,
        Func<StoredSlot, RealmDeposit> open, Func<RecoveryStatement, RealmDeposit, byte[]> seal)
    {
        if (Same(record?.Next, request.Statement) || Same(record?.Current, request.Statement))
        {
            return ChangeDecision.Already;
        }

        if (device.Revision != (record?.Revision ?? 0))
        {
            return ChangeDecision.Refuse(RecoveryStatus.StaleRevision);
        }

        if (record?.Current is not { } current)
        {
            return ChangeDecision.Refuse(record is null ? RecoveryStatus.NotRegistered : StatusOf(record));
        }

        return RecoveryStatement.TryVerify(request.Statement, key.AccountKey, out RecoveryStatement? statement)
            && statement.Generation == (uint)current.Generation + 1 && statement.Version.AsSpan().SequenceEqual(current.Version)
            && PinVault.Move(open(current), request.OprfDelta, request.ScalarDelta) is { } moved && PinVault.Fits(statement, moved)
                ? ChangeDecision.Write(new RecoveryWrite(
                    current, Slot(statement, request.Statement, seal(statement, moved), current.Gate), ResetGuesses: false, record.GuessLimit))
                : ChangeDecision.Refuse(RecoveryStatus.Invalid);
    }

    /// <summary>Decides which shares come into force.</summary>
    public static ChangeDecision DecideActivate(StoredRecovery? record, ActivateRecovery request, DeviceProof device)
    {
        if (IsOf(record?.Current, request.StatementHash))
        {
            return ChangeDecision.Already;
        }

        if (device.Revision != (record?.Revision ?? 0))
        {
            return ChangeDecision.Refuse(RecoveryStatus.StaleRevision);
        }

        if (record?.Next is not { } next || !IsOf(next, request.StatementHash))
        {
            return ChangeDecision.Refuse(RecoveryStatus.VersionUnknown);
        }

        bool anotherPin = record.Current is null || !record.Current.Version.AsSpan().SequenceEqual(next.Version);
        return ChangeDecision.Write(new RecoveryWrite(next, null, anotherPin, record.GuessLimit));
    }

    /// <summary>Decides the destruction of what the realm has.</summary>
    public static ChangeDecision DecideDelete(StoredRecovery? record, DeviceProof device) =>
        record is null ? ChangeDecision.Refuse(RecoveryStatus.NotRegistered)
        : StatusOf(record) != RecoveryStatus.Accepted ? ChangeDecision.Already
        : device.Revision != record.Revision ? ChangeDecision.Refuse(RecoveryStatus.StaleRevision)
        : ChangeDecision.Write(new RecoveryWrite(null, null, ResetGuesses: false, record.GuessLimit));

    /// <summary>What tells one guess from another.</summary>
    public static byte[] HashOf(byte[] version, int generation, byte[] blindedElement)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, generation);
        return SHA256.HashData([.. version, .. number, .. blindedElement]);
    }

    private static StoredSlot Slot(RecoveryStatement statement, byte[] signed, byte[] sealedDeposit, byte[]? gate) =>
        new(statement.Version, checked((int)statement.Generation), signed, sealedDeposit, gate);

    private static bool Same(StoredSlot? slot, byte[] statement) => slot is not null && slot.Statement.AsSpan().SequenceEqual(statement);

    private static bool IsOf(StoredSlot? slot, byte[] statementHash) =>
        slot is not null && SHA256.HashData(slot.Statement).AsSpan().SequenceEqual(statementHash);

    private static bool Passes(byte[]? gate, byte[]? shown) =>
        gate is null || (shown is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(shown), gate));

    private static bool IsStamped(RecoveryKey key, EvaluatePin request, int difficulty, DateTimeOffset now) =>
        IsNear(request.ProofTimeMs, now)
        && RecoveryProof.Verify(key.Realm, key.AccountKey, request.BlindedElement, request.ProofTimeMs, request.ProofNonce, difficulty);

    /// <summary>Compared without a difference, which foreign numbers could make overflow.</summary>
    private static bool IsNear(long timeMs, DateTimeOffset now) =>
        timeMs >= (now - Window).ToUnixTimeMilliseconds() && timeMs <= (now + Window).ToUnixTimeMilliseconds();
}

/// <summary>A guess decided. <c>Slot</c> is evaluated when accepted, after it was counted if it <c>Counts</c>.</summary>
public sealed record GuessDecision(RecoveryStatus Status, StoredSlot? Slot, bool Counts)
{
    public static GuessDecision Refuse(RecoveryStatus status) => new(status, null, Counts: false);
}

/// <summary>A change decided. <c>Change</c> is to be written when accepted.</summary>
public sealed record ChangeDecision(RecoveryStatus Status, RecoveryWrite? Change)
{
    public static ChangeDecision Already { get; } = new(RecoveryStatus.AlreadyAccepted, null);

    public static ChangeDecision Refuse(RecoveryStatus status) => new(status, null);

    public static ChangeDecision Write(RecoveryWrite change) => new(RecoveryStatus.Accepted, change);
}
