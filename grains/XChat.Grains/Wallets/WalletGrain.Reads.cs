using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Reads, which are the database's, and loading.</summary>
public sealed partial class WalletGrain
{
    /// <inheritdoc/>
    public async Task<BalanceRead> Balance(ReadBalance request)
    {
        BalanceRead read = (await ports.Ledger.ReadAsync(_key, CancellationToken.None)).ToBalance();
        return read with { Frozen = read.Frozen || await ports.Terms.IsBlockedAsync(_key) };
    }

    /// <inheritdoc/>
    public Task<StatementPage> Statement(ReadStatement request) => ports.Ledger.ReadStatementAsync(_key, request, CancellationToken.None);

    /// <inheritdoc/>
    public async Task<WalletFrozen> Freeze(FreezeWallet request)
    {
        await ports.Ledger.SetFrozenAsync(_key, request.Frozen, CancellationToken.None);
        // What is on its way is refused by the database, and decided anew.
        _view?.State.SetFrozen(request.Frozen);
        LogFrozen(_key.Kind, request.Frozen);
        return new WalletFrozen(request.Frozen);
    }

    private Task<WalletView> LoadAsync() => _load ??= LoadOnceAsync();

    private async Task<WalletView> LoadOnceAsync()
    {
        // Without this, a load that ends at once would be remembered after it has ended.
        await Task.Yield();
        try
        {
            if (_view is not null)
            {
                metrics.Reloaded();
                LogReload(_key.Kind);
            }

            StoredWallet stored = await ports.Ledger.LoadAsync(_key, CancellationToken.None);
            return _view = new WalletView(stored, ports.Committer, _options.RecentCommands);
        }
        finally
        {
            _load = null;
        }
    }

    /// <summary>
    /// The counters as of a moment after the call. A reading that has begun already may be from before it, so whoever comes meanwhile shares the
    /// next one.
    /// </summary>
    private Task<WalletCounters> ReadAsync() => _nextReading ??= ReadNextAsync(_reading);

    private async Task<WalletCounters> ReadNextAsync(Task? before)
    {
        await Task.Yield();
        if (before is not null)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        (_reading, _nextReading) = (_nextReading, null);
        return await ports.Ledger.ReadAsync(_key, CancellationToken.None);
    }
}
