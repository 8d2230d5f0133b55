using XChat.Crypto.Recovery;
using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Grains.Recovery;

/// <summary>What the account's devices may do; each call carries a device's proof for this realm, this operation and this body.</summary>
public sealed partial class RecoveryGrain
{
    private const int AttemptsShown = 16;

    /// <inheritdoc/>
    public async Task<RecoveryDescription> Describe(DescribeRecovery request)
    {
        DateTimeOffset now = time.GetUtcNow();
        StoredRecovery? record = await LoadAsync(now);
        if (RecoveryRules.Verify(record, _key, RealmOperation.Describe, request.Device, now) is not { } device)
        {
            return new RecoveryDescription(RecoveryStatus.NotAuthorised, 0, null, null, 0, 0, 0, [], now.ToUnixTimeMilliseconds());
        }

        if (record is not null && device.ListVersion > record.ListVersion)
        {
            // From now on a device that this list leaves out is refused.
            await ports.Records.RaiseAsync(_key, null, device.ListVersion, CancellationToken.None);
        }

        IReadOnlyList<StoredAttempt> attempts = record is null ? [] : await ports.Records.AttemptsAsync(_key, AttemptsShown, CancellationToken.None);
        return new RecoveryDescription(
            RecoveryRules.StatusOf(record),
            record?.Revision ?? 0,
            record?.Current?.Statement,
            record?.Next?.Statement,
            record?.GuessesLeft ?? 0,
            MsOf(record?.NextAttemptAt, now),
            MsOf(record?.VetoedUntil, now),
            [.. attempts.Select(attempt => new RecoveryAttempt(attempt.Position, attempt.At.ToUnixTimeMilliseconds(), attempt.Outcome, attempt.Device))],
            now.ToUnixTimeMilliseconds());
    }

    /// <inheritdoc/>
    public Task<RecoveryChanged> Deposit(DepositRecovery request) => ChangeAsync(
        RealmOperation.Deposit, request.Device,
        (record, device) => RecoveryRules.DecideDeposit(record, _key, request, device, options.CurrentValue.GuessLimit, Seal));

    /// <inheritdoc/>
    public Task<RecoveryChanged> Refresh(RefreshRecovery request) => ChangeAsync(
        RealmOperation.Refresh, request.Device,
        (record, device) => RecoveryRules.DecideRefresh(record, _key, request, device, slot => DepositSeal.Open(_realm, _key, slot), Seal));

    /// <inheritdoc/>
    public Task<RecoveryChanged> Activate(ActivateRecovery request) => ChangeAsync(
        RealmOperation.Activate, request.Device, (record, device) => RecoveryRules.DecideActivate(record, request, device));

    /// <inheritdoc/>
    public Task<RecoveryChanged> Delete(DeleteRecovery request) => ChangeAsync(
        RealmOperation.Delete, request.Device, RecoveryRules.DecideDelete);

    /// <inheritdoc/>
    public async Task<RecoveryChanged> Veto(VetoRecovery request)
    {
        DateTimeOffset now = time.GetUtcNow();
        StoredRecovery? record = await LoadAsync(now);
        DeviceProof? device = RecoveryRules.Verify(record, _key, RealmOperation.Veto, request.Device, now);
        RecoveryStatus status = device is null ? RecoveryStatus.NotAuthorised : RecoveryRules.StatusOf(record);
        if (status == RecoveryStatus.Accepted)
        {
            // Counted from what the device signed, so that a replayed veto forbids nothing more.
            DateTimeOffset until = DateTimeOffset.FromUnixTimeMilliseconds(device!.TimeMs) + options.CurrentValue.VetoTime;
            await ports.Records.RaiseAsync(_key, until, device.ListVersion, CancellationToken.None);
        }

        metrics.Changed(RealmOperation.Veto, status);
        return new RecoveryChanged(status, record?.Revision ?? 0);
    }

    private async Task<RecoveryChanged> ChangeAsync(
        string operation, DeviceAuthority authority, Func<StoredRecovery?, DeviceProof, ChangeDecision> decide)
    {
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            DateTimeOffset now = time.GetUtcNow();
            StoredRecovery? record = await LoadAsync(now);
            DeviceProof? device = RecoveryRules.Verify(record, _key, operation, authority, now);
            ChangeDecision decision = device is null ? ChangeDecision.Refuse(RecoveryStatus.NotAuthorised) : decide(record, device);
            long revision = record?.Revision ?? 0;
            if (decision.Change is not { } change)
            {
                metrics.Changed(operation, decision.Status);
                return new RecoveryChanged(decision.Status, revision);
            }

            if (await ports.Records.WriteAsync(_key, revision, change, now, CancellationToken.None))
            {
                await ports.Records.RaiseAsync(_key, null, device!.ListVersion, CancellationToken.None);
                metrics.Changed(operation, decision.Status);
                LogChanged(_key.Realm, operation);
                return new RecoveryChanged(decision.Status, revision + 1);
            }
        }

        throw new StorageUnavailableException("A record could not be changed: it changes all the time.");
    }

    private byte[] Seal(RecoveryStatement statement, RealmDeposit deposit) =>
        DepositSeal.Seal(_realm, _key, statement.Version, checked((int)statement.Generation), deposit);
}
