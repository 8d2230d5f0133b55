using System.Security.Cryptography;

using XChat.Client.Store;
using XChat.Crypto.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Client.Recovery;

/// <summary>
/// Brings shares to the realms in two steps: all get theirs beside what they have, then all put them in force. A crash in between leaves a set that
/// still combines: the one before, or the new one.
/// </summary>
internal sealed class ShareDelivery(ProfileStore store, RealmDevice device)
{
    private const int Tries = 4;

    /// <summary>Whether shares of this account key are on their way.</summary>
    public PendingRecovery? Pending => store.Read(transaction => transaction.Setting<PendingRecovery>(PendingRecovery.Setting)) is { Shares.Count: > 0 } pending
        && RecoveryStatement.TryVerify(pending.Statement, device.AccountKey, out _)
        ? pending
        : null;

    /// <summary>Keeps shares until every realm has its own. Those of an earlier delivery are forgotten.</summary>
    public void Keep(PendingRecovery pending) => store.Write(transaction => transaction.PutSetting(PendingRecovery.Setting, pending));

    /// <summary>Forgets what was not delivered.</summary>
    public void Forget() => Keep(new PendingRecovery([], [], 0));

    /// <summary>Delivers what is pending to the realms that can be reached.</summary>
    /// <returns>The realms that have their shares in force now.</returns>
    /// <exception cref="XChatException">Too few realms could be reached: nothing was put in force, and nothing will be.</exception>
    public async Task<IReadOnlySet<Guid>> DeliverAsync(IReadOnlyList<RealmClient> realms, CancellationToken cancellationToken)
    {
        PendingRecovery pending = Pending ?? throw new InvalidOperationException("Nothing is pending.");
        _ = RecoveryStatement.TryVerify(pending.Statement, device.AccountKey, out RecoveryStatement? statement);
        RealmClient[] waiting = [.. realms.Where(realm => pending.Shares.Any(share => share.Realm == realm.Id))];
        int done = statement!.Holders.Count - pending.Shares.Count;
        (Guid Realm, XChatException? Problem)[] staged = await Task.WhenAll(waiting.Select(
            realm => TryAsync(realm, () => DepositAsync(realm, pending, cancellationToken))));
        Guid[] reached = [.. staged.Where(result => result.Problem is null).Select(result => result.Realm)];
        if (done == 0 && reached.Length < pending.Fewest)
        {
            Forget();
            throw new XChatException(
                ClientErrorReason.ServerUnreachable,
                $"This needs {pending.Fewest} of {statement.Holders.Count} realms, and {reached.Length} could take it; nothing was changed. "
                + string.Join(" ", staged.Select(result => result.Problem?.Message).OfType<string>()));
        }

        (Guid Realm, XChatException? Problem)[] activated = await Task.WhenAll(waiting.Where(realm => reached.Contains(realm.Id)).Select(
            realm => TryAsync(realm, () => ActivateAsync(realm, pending, cancellationToken))));
        HashSet<Guid> finished = [.. activated.Where(result => result.Problem is null).Select(result => result.Realm)];
        Keep(pending with { Shares = [.. pending.Shares.Where(share => !finished.Contains(share.Realm))] });
        finished.UnionWith(statement.Holders.Select(holder => holder.Realm).Where(realm => pending.Shares.All(share => share.Realm != realm)));
        return finished;
    }

    /// <summary>The state of the record at a realm. A clock that is off is set right and the question asked again.</summary>
    public async Task<DescribeRecoveryResult> DescribeAsync(RealmClient realm, CancellationToken cancellationToken)
    {
        DescribeRecoveryResult result = await DescribeOnceAsync(realm, cancellationToken);
        if (result.Status == RecoveryStatus.NotAuthorised && device.AdoptClock(result.TimeMs))
        {
            result = await DescribeOnceAsync(realm, cancellationToken);
        }

        return result.Status != RecoveryStatus.NotAuthorised
            ? result
            : throw new XChatException(
                ClientErrorReason.SignInRefused,
                $"{realm.Name} does not accept this device: it was removed from the account, or its device list is not the newest.");
    }

    /// <summary>A change that this device signs at the revision that the realm has.</summary>
    public async Task<RecoveryStatus> ChangeAsync<TRequest>(
        RealmClient realm, string operation, TRequest request, CancellationToken cancellationToken)
    {
        RecoveryStatus status = RecoveryStatus.StaleRevision;
        for (int attempt = 0; attempt < Tries && status == RecoveryStatus.StaleRevision; attempt++)
        {
            DescribeRecoveryResult there = await DescribeAsync(realm, cancellationToken);
            status = (await realm.CallAsync<TRequest, ChangeRecoveryResult>(operation, request, device, there.Revision, cancellationToken)).Status;
        }

        return status;
    }

    private Task<DescribeRecoveryResult> DescribeOnceAsync(RealmClient realm, CancellationToken cancellationToken) =>
        realm.CallAsync<DescribeRecoveryRequest, DescribeRecoveryResult>(
            RealmOperation.Describe, new DescribeRecoveryRequest(device.AccountKey), device, 0, cancellationToken);

    private Task<RecoveryStatus> DepositAsync(RealmClient realm, PendingRecovery pending, CancellationToken cancellationToken)
    {
        PendingShare share = pending.Shares.First(share => share.Realm == realm.Id);
        return share.Tag is null
            ? ChangeAsync(
                realm, RealmOperation.Refresh,
                new RefreshRecoveryRequest(device.AccountKey, pending.Statement, share.Oprf, share.Scalar), cancellationToken)
            : ChangeAsync(
                realm, RealmOperation.Deposit,
                new DepositRecoveryRequest(
                    device.AccountKey, pending.Statement, share.Oprf, share.Scalar, share.Tag, share.Ciphertext!, share.Gate),
                cancellationToken);
    }

    private Task<RecoveryStatus> ActivateAsync(RealmClient realm, PendingRecovery pending, CancellationToken cancellationToken) => ChangeAsync(
        realm, RealmOperation.Activate, new ActivateRecoveryRequest(device.AccountKey, SHA256.HashData(pending.Statement)), cancellationToken);

    private static async Task<(Guid Realm, XChatException? Problem)> TryAsync(RealmClient realm, Func<Task<RecoveryStatus>> change)
    {
        try
        {
            RecoveryStatus status = await change();
            return (realm.Id, status is RecoveryStatus.Accepted or RecoveryStatus.AlreadyAccepted
                ? null
                : new XChatException(ClientErrorReason.Refused, $"{realm.Name} refused: {status}."));
        }
        catch (XChatException problem)
        {
            return (realm.Id, problem);
        }
    }
}
