using System.Security.Cryptography;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Crypto.Recovery;
using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Grains.Recovery;

/// <inheritdoc cref="IRecoveryGrain"/>
/// <remarks>
/// Keeps nothing in memory: a recovery is rare, and what is not there cannot be stale. The ledger's conditional statement is what holds the limit; this
/// grain's turn only saves two activations from getting in each other's way.
/// </remarks>
[GrainType("recovery"), CollectionAgeLimit(Minutes = 2)]
public sealed partial class RecoveryGrain(
    RecoveryPorts ports,
    IOptionsMonitor<RecoveryOptions> options,
    RecoveryMetrics metrics,
    TimeProvider time,
    ILogger<RecoveryGrain> logger) : Grain, IRecoveryGrain, IRecoveryUpkeepGrain
{
    /// <summary>Decisions that are made anew when another activation got ahead, before the caller is asked to come back.</summary>
    private const int Tries = 5;

    private RecoveryKey _key = null!;
    private RealmKeys _realm = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = RecoveryKey.Parse(this.GetPrimaryKeyString());
        _realm = ports.Realms.Of(_key.Realm) ?? throw new InvalidOperationException($"This silo does not run realm {_key.Realm}.");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<RecoveryFound> Find()
    {
        DateTimeOffset now = time.GetUtcNow();
        StoredRecovery? record = await LoadAsync(now);
        StoredSlot?[] slots = [record?.Current, record?.Next];
        return new RecoveryFound(
            RecoveryRules.StatusOf(record),
            [.. slots.OfType<StoredSlot>().Select(slot => new RecoverySlot(slot.Statement, slot == record!.Current))],
            record?.GuessesLeft ?? 0,
            Math.Max(MsOf(record?.NextAttemptAt, now), MsOf(record?.VetoedUntil, now)),
            options.CurrentValue.Difficulty,
            slots.Any(slot => slot?.Gate is not null),
            now.ToUnixTimeMilliseconds());
    }

    /// <inheritdoc/>
    public async Task<PinEvaluated> Evaluate(EvaluatePin request)
    {
        PinEvaluated answer = await DecideAndEvaluateAsync(request);
        metrics.Evaluated(answer.Status);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<ShareReleased> Release(ReleaseShare request)
    {
        ShareReleased answer = await DecideAndReleaseAsync(request);
        metrics.Released(answer.Status);
        return answer;
    }

    private async Task<PinEvaluated> DecideAndEvaluateAsync(EvaluatePin request)
    {
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            DateTimeOffset now = time.GetUtcNow();
            StoredRecovery? record = await LoadAsync(now);
            DeviceProof? device = request.Device is { } authority
                ? RecoveryRules.Verify(record, _key, RealmOperation.Evaluate, authority, now)
                : null;
            GuessDecision decision = request.Device is not null && device is null
                ? GuessDecision.Refuse(RecoveryStatus.NotAuthorised)
                : RecoveryRules.DecideGuess(record, _key, request, device is not null, options.CurrentValue.Difficulty, now);
            if (decision.Slot is not { } slot)
            {
                return new PinEvaluated(
                    decision.Status, null, null, record?.GuessesLeft ?? 0,
                    Math.Max(MsOf(record?.NextAttemptAt, now), MsOf(record?.VetoedUntil, now)));
            }

            GuessCount? count = decision.Counts
                ? await ports.Guesses.CountAsync(_key, GuessOf(request, device, now), CancellationToken.None)
                : new GuessCount(record!.GuessCount, record.NextAttemptAt ?? now);
            if (count is not null)
            {
                return EvaluateCounted(request, slot, record!.GuessLimit - count.Guesses, MsOf(count.NextAttemptAt, now));
            }
        }

        throw new StorageUnavailableException("A guess could not be counted: the record changes all the time.");
    }

    /// <summary>Only ever called for a guess that is durable.</summary>
    private PinEvaluated EvaluateCounted(EvaluatePin request, StoredSlot slot, int left, long nextAttemptAtMs)
    {
        RealmDeposit deposit = DepositSeal.Open(_realm, _key, slot);
        (byte[] evaluated, byte[] proof) = Oprf.Evaluate(deposit.OprfShare, request.BlindedElement)
            ?? throw new InvalidOperationException("The element was checked before.");
        Erase(deposit);
        LogGuess(_key.Realm, left);
        return new PinEvaluated(RecoveryStatus.Accepted, evaluated, proof, left, nextAttemptAtMs);
    }

    private async Task<ShareReleased> DecideAndReleaseAsync(ReleaseShare request)
    {
        StoredRecovery? record = await LoadAsync(time.GetUtcNow());
        RecoveryStatus there = RecoveryRules.StatusOf(record);
        if (there != RecoveryStatus.Accepted || record!.Find(request.Version, request.Generation) is not { } slot)
        {
            return new ShareReleased(there == RecoveryStatus.Accepted ? RecoveryStatus.VersionUnknown : there, null, null, record?.GuessesLeft ?? 0);
        }

        RealmDeposit deposit = DepositSeal.Open(_realm, _key, slot);
        if (!CryptographicOperations.FixedTimeEquals(deposit.Tag, request.Tag))
        {
            Erase(deposit);
            return await RefuseTagAsync(request, record);
        }

        return await ports.Guesses.SettleAsync(_key, request.Version, request.Generation, CancellationToken.None)
            ? new ShareReleased(RecoveryStatus.Accepted, deposit.ScalarShare, deposit.Ciphertext, record.GuessLimit)
            : new ShareReleased(RecoveryStatus.VersionUnknown, null, null, 0);
    }

    private async Task<ShareReleased> RefuseTagAsync(ReleaseShare request, StoredRecovery record)
    {
        byte[] guess = RecoveryRules.HashOf(request.Version, request.Generation, request.BlindedElement);
        bool destroyed = await ports.Guesses.NoteWrongAsync(_key, guess, CancellationToken.None)
            && await ports.Guesses.DestroyAsync(_key, time.GetUtcNow(), CancellationToken.None);
        return new ShareReleased(destroyed ? RecoveryStatus.Destroyed : RecoveryStatus.WrongTag, null, null, record.GuessesLeft);
    }

    private CountedGuess GuessOf(EvaluatePin request, DeviceProof? device, DateTimeOffset now) => new(
        RecoveryRules.HashOf(request.Version, request.Generation, request.BlindedElement),
        request.Version, request.Generation, device?.Device ?? Guid.Empty, now, options.CurrentValue.Waits);

    /// <summary>The record as it is; one whose guesses are used up is destroyed on the way.</summary>
    private async Task<StoredRecovery?> LoadAsync(DateTimeOffset now)
    {
        StoredRecovery? record = await ports.Records.LoadAsync(_key, CancellationToken.None);
        if (RecoveryRules.IsSpent(record, now) && await ports.Guesses.DestroyAsync(_key, now, CancellationToken.None))
        {
            record = await ports.Records.LoadAsync(_key, CancellationToken.None);
        }

        if (record is null)
        {
            // Keys that somebody makes up must not fill the memory.
            DeactivateOnIdle();
        }

        return record;
    }

    private static void Erase(RealmDeposit deposit)
    {
        CryptographicOperations.ZeroMemory(deposit.OprfShare);
        CryptographicOperations.ZeroMemory(deposit.ScalarShare);
        CryptographicOperations.ZeroMemory(deposit.Tag);
    }

    /// <summary>A time that is still to come, Unix milliseconds; 0 for none.</summary>
    private static long MsOf(DateTimeOffset? time, DateTimeOffset now) => time > now ? time.Value.ToUnixTimeMilliseconds() : 0;
}
