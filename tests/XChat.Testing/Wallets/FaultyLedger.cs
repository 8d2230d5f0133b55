using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing.GroupCommit;

namespace XChat.Testing.Wallets;

/// <summary>A ledger whose writes fail, and whose answers come late, as a test says. Several lanes share it.</summary>
public sealed class FaultyLedger(IWalletLedger inner) : IWalletLedger
{
    /// <summary>What goes wrong.</summary>
    public CommitFaults<LedgerChunk, DecidedCommand> Faults { get; } = new();

    /// <summary>Runs before a transfer is looked for.</summary>
    public Func<TransferId, Task> BeforeFind { get; set; } = _ => Task.CompletedTask;

    /// <inheritdoc/>
    public IChunkWriter<LedgerChunk> OpenWriter(FreshNews news) => Faults.Over(inner.OpenWriter(news));

    /// <inheritdoc/>
    public Task<StoredWallet> LoadAsync(WalletKey wallet, CancellationToken cancellationToken) => inner.LoadAsync(wallet, cancellationToken);

    /// <inheritdoc/>
    public Task<WalletCounters> ReadAsync(WalletKey wallet, CancellationToken cancellationToken) => inner.ReadAsync(wallet, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredCommand?> FindCommandAsync(TransferId command, CancellationToken cancellationToken) =>
        inner.FindCommandAsync(command, cancellationToken);

    /// <inheritdoc/>
    public async Task<TransferStanding?> FindTransferAsync(TransferId transfer, CancellationToken cancellationToken)
    {
        await BeforeFind(transfer);
        return await inner.FindTransferAsync(transfer, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<GoneBack> SumBackAsync(TransferId transfer, CancellationToken cancellationToken) => inner.SumBackAsync(transfer, cancellationToken);

    /// <inheritdoc/>
    public Task<StatementPage> ReadStatementAsync(WalletKey wallet, ReadStatement request, CancellationToken cancellationToken) =>
        inner.ReadStatementAsync(wallet, request, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WalletBalance>> ListAsync(UserId user, CancellationToken cancellationToken) => inner.ListAsync(user, cancellationToken);

    /// <inheritdoc/>
    public Task SetFrozenAsync(WalletKey wallet, bool frozen, CancellationToken cancellationToken) =>
        inner.SetFrozenAsync(wallet, frozen, cancellationToken);
}
