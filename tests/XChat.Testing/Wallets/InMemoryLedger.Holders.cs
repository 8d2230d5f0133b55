using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>Holders and counted windows, under the same lock as the accounts.</summary>
public sealed partial class InMemoryLedger
{
    private readonly Dictionary<UserId, StoredHolder> _holders = [];
    private readonly Dictionary<UsageKey, UsageRow> _usage = [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredHolder>> FindAsync(IReadOnlyList<UserId> users, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<StoredHolder>>([.. users.Select(user => _holders.GetValueOrDefault(user) ?? StoredHolder.Unknown(user))]);
        }
    }

    /// <inheritdoc/>
    public Task<bool> TrySetAsync(StoredHolder holder, long nowMs, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if ((_holders.GetValueOrDefault(holder.User)?.Version ?? 0) != holder.Version - 1)
            {
                return Task.FromResult(false);
            }

            _holders[holder.User] = holder;
            CountAnew(holder.User, nowMs);
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<UsageRow>> ReadUsageAsync(
        IReadOnlyList<Guid> accounts, MoneyDirection direction, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<UsageRow>>([.. accounts.SelectMany(account => UsageOf(account, direction))]);
        }
    }

    /// <summary>Everybody who holds an account.</summary>
    public IReadOnlyList<UserId> People()
    {
        lock (_gate)
        {
            return [.. _accounts.Keys.Where(key => key.Kind == WalletKind.User).Select(key => new UserId(key.Owner)).Distinct()];
        }
    }

    private UsageRow[] UsageOf(Guid account, MoneyDirection direction) =>
        [.. _usage.Values.Where(row => row.Key.Account == account && row.Key.Direction == direction)];

    /// <summary>Whether chunks together go beyond a limit, or rest on what is no longer said about a party.</summary>
    private bool Forbids(IReadOnlyList<LedgerChunk> chunks)
    {
        DecidedCommand[] commands = [.. chunks.SelectMany(chunk => chunk.Commands)];
        bool outdated = commands.SelectMany(command => command.Holders)
            .Any(holder => _holders.TryGetValue(holder.User, out StoredHolder? known) && known.Version != holder.Version);
        Dictionary<UsageKey, UsageRow> after = [];
        bool beyond = false;
        foreach (UsageChange change in commands.SelectMany(command => command.Usage))
        {
            UsageKey key = change.Added.Key;
            UsageRow? before = after.GetValueOrDefault(key) ?? _usage.GetValueOrDefault(key);
            after[key] = before is null ? change.Added : before.Add(change.Added);
            beyond |= after[key].MinorUnits > (change.MostMinorUnits ?? long.MaxValue) || after[key].Count > (change.MostCount ?? long.MaxValue);
        }

        return outdated || beyond;
    }

    private void Count(IReadOnlyList<UsageChange> changes)
    {
        foreach (UsageRow added in changes.Select(change => change.Added))
        {
            _usage[added.Key] = _usage.TryGetValue(added.Key, out UsageRow? before) ? before.Add(added) : added;
        }
    }

    private void CountAnew(UserId user, long nowMs)
    {
        foreach (UsageKey key in _usage.Keys.Where(key => OwnsAccount(user, key.Account)).ToArray())
        {
            _usage.Remove(key);
        }

        foreach (LedgerTransfer transfer in _transfers.Values)
        {
            bool spent = transfer.Kind is TransferKind.Posted or TransferKind.Pending && TermsRules.IsRuledOut(transfer.Reason);
            bool received = transfer.Kind is TransferKind.Posted or TransferKind.PostPending && TermsRules.IsRuledIn(transfer.Reason);
            foreach (LimitWindow window in UsageWindows.Counted)
            {
                int start = UsageWindows.StartOf(window, nowMs);
                if (UsageWindows.StartOf(window, transfer.TimeMs) < start)
                {
                    continue;
                }

                if (spent && transfer.Debit.Kind == WalletKind.User && transfer.Debit.Owner == user.Value)
                {
                    Count([new UsageChange(new(new(transfer.DebitAccount, MoneyDirection.Out, window), start, transfer.MinorUnits, 1), null, null)]);
                }

                if (received && transfer.Credit.Kind == WalletKind.User && transfer.Credit.Owner == user.Value)
                {
                    Count([new UsageChange(new(new(transfer.CreditAccount, MoneyDirection.In, window), start, transfer.MinorUnits, 1), null, null)]);
                }
            }
        }
    }

    private bool OwnsAccount(UserId user, Guid account) =>
        _accounts.Keys.Any(key => key.Kind == WalletKind.User && key.Owner == user.Value && key.ToAccountId() == account);
}
