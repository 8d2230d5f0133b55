using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>
/// A ledger in memory, with the promises of the database: whole batches or nothing, no place or id twice, funds and chains as they must be. One
/// instance is one database, shared by the silos of a test.
/// </summary>
public sealed partial class InMemoryLedger : IWalletLedger, ILedgerOutbox, IPendingExpiry, IHolderStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WalletKey, LedgerAccount> _accounts = [];
    private readonly Dictionary<TransferId, StoredCommand> _commands = [];
    private readonly Dictionary<TransferId, LedgerTransfer> _transfers = [];
    private readonly Dictionary<TransferId, LedgerTransfer> _resolutions = [];
    private readonly Dictionary<TransferId, (LedgerTransfer Transfer, DateTimeOffset DueAt)> _open = [];
    private readonly List<WaitingRow> _outbox = [];
    private long _rows;

    /// <inheritdoc/>
    public IChunkWriter<LedgerChunk> OpenWriter(FreshNews news) => new Writer(this, news);

    /// <inheritdoc/>
    public Task<StoredWallet> LoadAsync(WalletKey wallet, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_accounts.GetValueOrDefault(wallet) is not { } account
                ? StoredWallet.Untouched(wallet)
                : new StoredWallet(
                    wallet,
                    account.Counters,
                    account.ChainHash,
                    account.LastTimeMs,
                    [.. _open.Values.Where(open => open.Transfer.Debit == wallet).Select(open => OpenPending.Of(open.Transfer))])
                {
                    Spent = UsageOf(wallet.ToAccountId(), MoneyDirection.Out),
                });
        }
    }

    /// <inheritdoc/>
    public Task<WalletCounters> ReadAsync(WalletKey wallet, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_accounts.GetValueOrDefault(wallet)?.Counters ?? default);
        }
    }

    /// <inheritdoc/>
    public Task<StoredCommand?> FindCommandAsync(TransferId command, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_commands.GetValueOrDefault(command));
        }
    }

    /// <inheritdoc/>
    public Task<TransferStanding?> FindTransferAsync(TransferId transfer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_transfers.TryGetValue(transfer, out LedgerTransfer? found))
            {
                return Task.FromResult<TransferStanding?>(null);
            }

            LedgerTransfer? end = _resolutions.GetValueOrDefault(transfer);
            return Task.FromResult<TransferStanding?>(new TransferStanding(
                transfer,
                found.Kind,
                found.Reason,
                found.Debit,
                found.Credit,
                found.MinorUnits,
                found.Seq,
                found.TimeMs,
                found.ExpiresAtMs,
                found.Pending,
                found.Reference,
                found.Conversation,
                end?.Kind ?? TransferKind.Unspecified,
                end?.PostedChange ?? 0,
                end?.TimeMs ?? 0,
                end is null ? default : new UserId(_commands[end.Command].Actor)));
        }
    }

    /// <inheritdoc/>
    public Task<StatementPage> ReadStatementAsync(WalletKey wallet, ReadStatement request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            StatementFilter filter = request.Filter;
            IEnumerable<StatementEntry> wanted = (_accounts.GetValueOrDefault(wallet)?.Entries ?? [])
                .Where(entry => request.Before <= 0 || entry.Entry < request.Before)
                .Where(entry => entry.TimeMs >= filter.FromMs && (filter.UntilMs == 0 || entry.TimeMs < filter.UntilMs))
                .Where(entry => filter.Reason == TransferReason.Unspecified || entry.Reason == filter.Reason)
                .Where(entry => filter.Direction == StatementDirection.Both || entry.Debit == (filter.Direction == StatementDirection.Out))
                .OrderByDescending(entry => entry.Entry);
            int limit = Math.Clamp(request.Limit, 1, Limits.StatementEntriesPerPage);
            StatementEntry[] page = [.. wanted.Take(limit)];
            return Task.FromResult(new StatementPage(page, page.Length == limit && page[^1].Entry > 1 ? page[^1].Entry : 0));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WalletBalance>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<WalletBalance>>(
            [
                .. _accounts.Where(pair => pair.Key.Kind == WalletKind.User && pair.Key.Owner == user.Value)
                    .OrderBy(pair => pair.Key.Currency.Code, StringComparer.Ordinal)
                    .Select(pair => new WalletBalance(pair.Key.Currency, pair.Value.Counters.ToBalance())),
            ]);
        }
    }

    /// <inheritdoc/>
    public Task SetFrozenAsync(WalletKey wallet, bool frozen, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Account(wallet).Frozen = frozen;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SettleAsync(IReadOnlyList<OutboxRow> rows, IReadOnlyList<bool> told, TimeSpan firstPause, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach ((int index, OutboxRow row) in rows.Index())
            {
                if (_outbox.Find(waiting => waiting.Row.Place == row.Place) is not { } waiting)
                {
                    continue;
                }

                waiting.DueAt = told[index] ? waiting.DueAt : TimeProvider.System.GetUtcNow() + firstPause;
                _ = told[index] && _outbox.Remove(waiting);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<int> RelayAsync(
        int limit,
        TimeSpan firstPause,
        Func<IReadOnlyList<OutboxRow>, Task<IReadOnlyList<bool>>> tell,
        CancellationToken cancellationToken)
    {
        WaitingRow[] taken;
        lock (_gate)
        {
            taken = [.. _outbox.Where(row => !row.Locked && row.DueAt <= TimeProvider.System.GetUtcNow()).Take(limit)];
            Array.ForEach(taken, row => row.Locked = true);
        }

        bool[] told = new bool[taken.Length];
        try
        {
            told = [.. await tell([.. taken.Select(row => row.Row)])];
        }
        finally
        {
            lock (_gate)
            {
                foreach ((int index, WaitingRow row) in taken.Index())
                {
                    row.Locked = false;
                    row.DueAt = told[index] ? row.DueAt : TimeProvider.System.GetUtcNow() + firstPause;
                    _ = told[index] && _outbox.Remove(row);
                }
            }
        }

        return taken.Length;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DuePending>> TakeAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            LedgerTransfer[] due = [.. _open.Values.Where(open => open.DueAt <= now).Take(limit).Select(open => open.Transfer)];
            foreach (LedgerTransfer transfer in due)
            {
                _open[transfer.Id] = (transfer, leaseUntil);
            }

            return Task.FromResult<IReadOnlyList<DuePending>>([.. due.Select(transfer => new DuePending(transfer.Id, transfer.Debit))]);
        }
    }

    private LedgerAccount Account(WalletKey wallet) =>
        _accounts.TryGetValue(wallet, out LedgerAccount? account) ? account : _accounts[wallet] = new LedgerAccount(wallet);

    private BatchWrite Write(IReadOnlyList<LedgerChunk> chunks, FreshNews news)
    {
        lock (_gate)
        {
            if (chunks.Any(chunk => StandingOf(chunk) != ChunkStanding.Open))
            {
                return BatchWrite.Refused;
            }

            // As with a statement of the database, the sums have to hold and not each step.
            Dictionary<WalletKey, long> spent = [];
            foreach (LedgerTransfer transfer in chunks.SelectMany(chunk => chunk.Commands).SelectMany(command => command.Transfers))
            {
                spent[transfer.Debit] = spent.GetValueOrDefault(transfer.Debit) + transfer.PendingChange + transfer.PostedChange;
                spent[transfer.Credit] = spent.GetValueOrDefault(transfer.Credit) - transfer.PostedChange;
            }

            if (spent.Any(account => !account.Key.MayOverdraw() && account.Value > Account(account.Key).Available))
            {
                return BatchWrite.Refused;
            }

            if (Forbids(chunks) || GivesTooMuchBack(chunks))
            {
                return BatchWrite.Refused;
            }

            int before = _outbox.Count;
            foreach (LedgerChunk chunk in chunks)
            {
                Write(chunk);
            }

            news.Add([.. _outbox.Skip(before).Select(waiting => waiting.Row)]);
            return BatchWrite.Written;
        }
    }

    private void Write(LedgerChunk chunk)
    {
        foreach (DecidedCommand command in chunk.Commands)
        {
            _commands.Add(command.Id, new StoredCommand(
                command.Id, chunk.Account, command.Actor, command.PayloadHash, command.Outcome, command.Seq, command.TimeMs, command.ExpiresAtMs));
            foreach (LedgerTransfer transfer in command.Transfers)
            {
                _transfers.Add(transfer.Id, transfer);
                Account(transfer.Debit).Take(transfer, debit: true);
                Account(transfer.Credit).Take(transfer, debit: false);
                Open(transfer);
                Tell(transfer, command.Card);
            }

            if (command.Transfers.Count > 0)
            {
                Account(chunk.Wallet).ChainHash = command.ChainHash;
            }

            Count(command.Usage);
        }
    }

    private void Open(LedgerTransfer transfer)
    {
        if (transfer.Kind == TransferKind.Pending)
        {
            _open.Add(transfer.Id, (transfer, DateTimeOffset.FromUnixTimeMilliseconds(transfer.ExpiresAtMs)));
        }
        else if (!transfer.Pending.IsEmpty)
        {
            _open.Remove(transfer.Pending);
            _resolutions.Add(transfer.Pending, transfer);
        }
    }

    private void Tell(LedgerTransfer transfer, PaymentCard? card)
    {
        UserId? payer = transfer.Debit.Kind == WalletKind.User ? new UserId(transfer.Debit.Owner) : null;
        UserId? payee = transfer.Credit.Kind == WalletKind.User ? new UserId(transfer.Credit.Owner) : null;
        if (payer is not null || payee is not null)
        {
            TransferId subject = transfer.Pending.IsEmpty ? transfer.Id : transfer.Pending;
            _outbox.Add(new WaitingRow(new OutboxRow(new OutboxPlace(++_rows), subject, transfer.Debit.Currency, payer, payee, card))
            {
                DueAt = TimeProvider.System.GetUtcNow() + FreshNews.Lease,
            });
        }
    }

    private ChunkStanding StandingOf(LedgerChunk chunk)
    {
        LedgerTransfer[] transfers = [.. chunk.Commands.SelectMany(command => command.Transfers)];
        bool there = chunk.Commands.All(command => _commands.TryGetValue(command.Id, out StoredCommand? known)
            && known.Account == chunk.Account && known.Seq == command.Seq && known.TimeMs == command.TimeMs
            && known.Outcome == command.Outcome && known.PayloadHash.AsSpan().SequenceEqual(command.PayloadHash));
        if (there && (transfers.Length == 0 || _transfers.GetValueOrDefault(transfers[^1].Id) == transfers[^1]))
        {
            return ChunkStanding.Written;
        }

        LedgerAccount account = Account(chunk.Wallet);
        HashSet<TransferId> opened = [.. transfers.Where(transfer => transfer.Kind == TransferKind.Pending).Select(transfer => transfer.Id)];
        bool free = account.Counters.Seq == chunk.Seq
            && account.ChainHash.AsSpan().SequenceEqual(chunk.ChainHash)
            && !(chunk.NeedsThawed && account.Frozen)
            && !Forbids([chunk])
            && !chunk.Commands.Any(command => _commands.ContainsKey(command.Id))
            && !transfers.Any(transfer => _transfers.ContainsKey(transfer.Id))
            && transfers.All(transfer => transfer.Pending.IsEmpty || _open.ContainsKey(transfer.Pending) || opened.Contains(transfer.Pending));
        return free ? ChunkStanding.Open : ChunkStanding.Refused;
    }

    private sealed class WaitingRow(OutboxRow row)
    {
        public OutboxRow Row { get; } = row;

        public DateTimeOffset DueAt { get; set; }

        public bool Locked { get; set; }
    }

    private sealed class Writer(InMemoryLedger ledger, FreshNews news) : IChunkWriter<LedgerChunk>
    {
        public Task<BatchWrite> WriteAsync(IReadOnlyList<LedgerChunk> chunks, CancellationToken cancellationToken) =>
            Task.FromResult(ledger.Write(chunks, news));

        public Task<IReadOnlyList<ChunkStanding>> ExamineAsync(IReadOnlyList<LedgerChunk> chunks, CancellationToken cancellationToken)
        {
            lock (ledger._gate)
            {
                return Task.FromResult<IReadOnlyList<ChunkStanding>>([.. chunks.Select(ledger.StandingOf)]);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
