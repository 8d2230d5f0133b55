using System.Security.Cryptography;

using XChat.Client.Accounts;
using XChat.Client.Store;
using XChat.Crypto.Identity;
using XChat.Crypto.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Client.Recovery;

/// <summary>The PIN of this profile's account, as this device looks after it.</summary>
internal sealed class PinRecovery(
    ProfileStore store, Func<CancellationToken, Task<(RealmConfiguration Configuration, IReadOnlyList<RealmClient> Clients)>> realms, RealmDevice device,
    WarningLog warnings, TimeProvider time, PinCost cost) : IDisposable
{
    private const string WatchSetting = "recovery.seen";

    /// <summary>Shares that were copied before this long ago are worth nothing any more.</summary>
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromDays(30);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ShareDelivery _delivery = new(store, device);

    /// <summary>Whether the PIN that this profile set has a recovery code in front.</summary>
    public bool HasCode => Memory?.HasCode ?? false;

    private PinMemory? Memory => store.Read(transaction => transaction.Setting<PinMemory>(PinMemory.Setting)) is { SetAtMs: > 0 } memory
        && (memory.AccountKey is null || memory.AccountKey.AsSpan().SequenceEqual(device.AccountKey)) ? memory : null;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<PinReport> SetAsync(byte[] root, string pin, string? code, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            PinRules.Require(pin);
            (RealmConfiguration configuration, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
            using AccountKeys keys = AccountKeys.FromRoot(root);
            (byte[] statement, IReadOnlyList<RealmDeposit> deposits) = await Task.Run(
                () => PinVault.Create(keys, pin, [.. configuration.Realms.Select(realm => realm.Id)], configuration.Threshold, cost), cancellationToken);
            _delivery.Keep(new PendingRecovery(
                statement,
                [
                    .. deposits.Select(deposit => new PendingShare(
                        deposit.Realm, deposit.OprfShare, deposit.ScalarShare, deposit.Tag, deposit.Ciphertext, RecoveryCode.GateFor(code, deposit.Realm))),
                ],
                configuration.RegisterAt));
            IReadOnlySet<Guid> reached = await _delivery.DeliverAsync(clients, cancellationToken);
            Remember(new PinMemory(NowMs, NowMs, NowMs, code is not null));
            return PinReport.Of(configuration, reached, code);
        },
        cancellationToken);

    /// <summary>Opens the backup with the PIN, as a recovery would, and looks whether it is this account's.</summary>
    public async Task<PinReport> CheckAsync(string pin, CancellationToken cancellationToken)
    {
        PinRules.Require(pin);
        (RealmConfiguration configuration, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
        // The clock is set right here, so that a wrong one costs no guess.
        _ = await Task.WhenAll(clients.Select(realm => TryDescribeAsync(realm, cancellationToken)));
        byte[] root = await new PinOpening(clients, device.AccountKey, device, cost).OpenAsync(pin, null, cancellationToken);
        using AccountKeys keys = AccountKeys.FromRoot(root);
        CryptographicOperations.ZeroMemory(root);
        if (!keys.PublicKey.AsSpan().SequenceEqual(device.AccountKey))
        {
            throw new XChatException(ClientErrorReason.Security, "The PIN opens a backup, but not that of this account. Set the PIN again (xchat pin change).");
        }

        Remember((Memory ?? new PinMemory(NowMs, NowMs, NowMs, false)) with { CheckedAtMs = NowMs });
        return PinReport.Of(configuration, clients.Select(realm => realm.Id).ToHashSet(), null);
    }

    /// <summary>Re-shares what is there, so that copies of the realms' databases from before do not combine with later ones.</summary>
    public Task RefreshAsync(byte[] root, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            (_, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
            await ResumeAsync(clients, cancellationToken);
            DescribeRecoveryResult[] states = await Task.WhenAll(clients.Select(realm => _delivery.DescribeAsync(realm, cancellationToken)));
            byte[]? current = states[0].Current;
            if (current is null || states.Any(state => state.Current is null || !state.Current.AsSpan().SequenceEqual(current))
                || !RecoveryStatement.TryVerify(current, device.AccountKey, out RecoveryStatement? statement))
            {
                throw new XChatException(ClientErrorReason.Refused, "The realms do not hold the same shares: set the PIN again (xchat pin change).");
            }

            using AccountKeys keys = AccountKeys.FromRoot(root);
            (byte[] next, IReadOnlyList<ShareShift> shifts) = PinVault.Refresh(keys, statement);
            _delivery.Keep(new PendingRecovery(
                next,
                [.. shifts.Select(shift => new PendingShare(shift.Realm, shift.OprfDelta, shift.ScalarDelta, null, null, null))],
                // All or none: shares of two generations do not combine.
                clients.Count));
            _ = await _delivery.DeliverAsync(clients, cancellationToken);
            Remember((Memory ?? new PinMemory(NowMs, NowMs, NowMs, false)) with { RefreshedAtMs = NowMs });
            return true;
        },
        cancellationToken);

    public Task DeleteAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            (_, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
            _delivery.Forget();
            await ChangeAllAsync(clients, RealmOperation.Delete, new DeleteRecoveryRequest(device.AccountKey), cancellationToken);
            Remember(new PinMemory(0, 0, 0, false));
            return true;
        },
        cancellationToken);

    /// <summary>Has the realms destroy the record of an account key that was given up. What this profile remembers is of the present key and stays.</summary>
    public async Task DestroyAsync(CancellationToken cancellationToken)
    {
        (_, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
        await ChangeAllAsync(clients, RealmOperation.Delete, new DeleteRecoveryRequest(device.AccountKey), cancellationToken);
    }

    public Task VetoAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            (_, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
            await ChangeAllAsync(clients, RealmOperation.Veto, new VetoRecoveryRequest(device.AccountKey), cancellationToken);
            return true;
        },
        cancellationToken);

    public void Dispose() => _turn.Dispose();

    public async Task<IReadOnlyList<RealmState>> StateAsync(CancellationToken cancellationToken)
    {
        (_, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
        (RealmClient Realm, DescribeRecoveryResult? State)[] states = await Task.WhenAll(clients.Select(realm => TryDescribeAsync(realm, cancellationToken)));
        return [.. states.Select(pair => StateOf(pair.Realm, pair.State))];
    }

    /// <summary>
    /// Looks what happened at the realms since the last look, and warns; delivers what is still on its way; refreshes shares that are old.
    /// </summary>
    public async Task LookAsync(byte[] root, CancellationToken cancellationToken)
    {
        (_, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
        (RealmClient Realm, DescribeRecoveryResult? State)[] states = await Task.WhenAll(clients.Select(realm => TryDescribeAsync(realm, cancellationToken)));
        foreach ((RealmClient realm, DescribeRecoveryResult? state) in states)
        {
            if (state is not null)
            {
                Note(realm, state, silently: false);
            }
        }

        if (_delivery.Pending is null)
        {
            WarnOfScatteredShares([.. states.Select(pair => pair.State).OfType<DescribeRecoveryResult>()], clients.Count);
        }

        _ = await InTurnAsync(
            async () =>
            {
                await ResumeAsync(clients, cancellationToken);
                return true;
            },
            cancellationToken);
        if (Memory is { } memory && memory.RefreshedAtMs < NowMs - (long)RefreshAfter.TotalMilliseconds)
        {
            await RefreshAsync(root, cancellationToken);
        }
    }

    /// <summary>What was tried up to now is this device's own recovery: no reason to warn.</summary>
    public async Task TakeBearingsAsync(CancellationToken cancellationToken)
    {
        (_, IReadOnlyList<RealmClient> clients) = await realms(cancellationToken);
        foreach ((RealmClient realm, DescribeRecoveryResult? state) in
            await Task.WhenAll(clients.Select(realm => TryDescribeAsync(realm, cancellationToken))))
        {
            if (state is not null)
            {
                Note(realm, state, silently: true);
            }
        }

        Remember(new PinMemory(NowMs, NowMs, NowMs, false));
    }

    private void Note(RealmClient realm, DescribeRecoveryResult state, bool silently)
    {
        // Another account key is another record there, which counts from the beginning.
        string setting = $"{WatchSetting}.{realm.Id:N}.{Convert.ToHexString(device.AccountKey.AsSpan(0, 8))}";
        // The newest attempt that was seen, and before it those of which nobody had said yet what they came to: a guess may become an opened backup.
        long[] seen = store.Read(transaction => transaction.Setting<long[]>(setting)) ?? [0];
        RecoveryAttemptView[] news =
        [
            .. state.Attempts
                .Where(attempt => attempt.Position > seen[0]
                    || (attempt.Outcome != RecoveryOutcome.Attempted && seen.AsSpan(1).Contains(attempt.Position)))
                .OrderBy(attempt => attempt.Position),
        ];
        foreach (RecoveryAttemptView attempt in silently ? [] : news.Where(attempt => attempt.Device == Guid.Empty))
        {
            string what = attempt.Outcome switch
            {
                RecoveryOutcome.Released => "opened your PIN backup",
                RecoveryOutcome.WrongPin => "tried a wrong PIN for your account",
                _ => "tried a PIN for your account",
            };
            warnings.Raise(
                SecurityWarningKind.RecoveryAttempted, Guid.Empty, Guid.Empty,
                $"Somebody without a device of yours {what} at {realm.Name}, {Found.Show(attempt.AtMs)} (attempt {attempt.Position}). "
                + $"{state.GuessesLeft} guesses are left there. If it was not you: xchat pin veto stops such attempts for a week, "
                + "xchat pin change sets another PIN.");
        }

        if (news.Length > 0)
        {
            long[] open = [.. state.Attempts.Where(attempt => attempt.Outcome == RecoveryOutcome.Attempted).Select(attempt => attempt.Position)];
            store.Write(transaction => transaction.PutSetting(setting, (long[])[Math.Max(seen[0], news[^1].Position), .. open]));
        }
    }

    /// <summary>Two devices that set PINs at the same moment can leave realms with shares that do not combine; so can a realm that was put back.</summary>
    private void WarnOfScatteredShares(IReadOnlyList<DescribeRecoveryResult> states, int realms)
    {
        byte[][] statements = [.. states.Select(state => state.Current).OfType<byte[]>()];
        if (states.Count < realms || statements.Length == 0
            || !RecoveryStatement.TryVerify(statements[0], device.AccountKey, out RecoveryStatement? statement)
            || statements.GroupBy(Convert.ToHexString).Max(set => set.Count()) >= statement.Threshold)
        {
            return;
        }

        warnings.Raise(
            SecurityWarningKind.RecoveryBroken, Guid.Empty, Guid.Empty,
            "The realms hold parts of different PIN backups, and too few of any one: the PIN would not bring this account back. "
            + "Set it again (xchat pin change).");
    }

    private async Task ResumeAsync(IReadOnlyList<RealmClient> clients, CancellationToken cancellationToken)
    {
        if (_delivery.Pending is not null)
        {
            _ = await _delivery.DeliverAsync(clients, cancellationToken);
        }
    }

    private async Task ChangeAllAsync<TRequest>(
        IReadOnlyList<RealmClient> clients, string operation, TRequest request, CancellationToken cancellationToken)
    {
        List<string> refused = [];
        foreach (RealmClient realm in clients)
        {
            RecoveryStatus status = await _delivery.ChangeAsync(realm, operation, request, cancellationToken);
            if (status is not (RecoveryStatus.Accepted or RecoveryStatus.AlreadyAccepted or RecoveryStatus.NotRegistered or RecoveryStatus.Destroyed))
            {
                refused.Add($"{realm.Name}: {status}");
            }
        }

        if (refused.Count > 0)
        {
            throw new XChatException(ClientErrorReason.Refused, $"Not every realm did it ({string.Join(", ", refused)}): try again.");
        }
    }

    private async Task<(RealmClient Realm, DescribeRecoveryResult? State)> TryDescribeAsync(RealmClient realm, CancellationToken cancellationToken)
    {
        try
        {
            return (realm, await _delivery.DescribeAsync(realm, cancellationToken));
        }
        catch (XChatException)
        {
            return (realm, null);
        }
    }

    private static RealmState StateOf(RealmClient realm, DescribeRecoveryResult? state) => state is null
        ? new RealmState(realm.Name, false, false, false, 0, 0, 0, [])
        : new RealmState(
            realm.Name, true, state.Current is not null, state.Status == RecoveryStatus.Destroyed, state.GuessesLeft, state.NextAttemptAtMs,
            state.VetoedUntilMs,
            [.. state.Attempts.Select(attempt => new PinAttemptSeen(DateTimeOffset.FromUnixTimeMilliseconds(attempt.AtMs), attempt.Outcome, attempt.Device))]);

    private void Remember(PinMemory memory)
    {
        PinMemory ofKey = memory with { AccountKey = device.AccountKey };
        store.Write(transaction => transaction.PutSetting(PinMemory.Setting, ofKey));
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _ = _turn.Release();
        }
    }
}
