using Orleans.Concurrency;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets;

/// <inheritdoc cref="IWalletListGrain"/>
[GrainType("wallet-list"), StatelessWorker]
public sealed class WalletListGrain(IWalletLedger ledger) : Grain, IWalletListGrain
{
    /// <inheritdoc/>
    public async Task<WalletList> List(ListWallets request) =>
        // A list is its owner's; for anyone else it is empty, as for a person without wallets.
        request.Caller.User == new UserId(this.GetPrimaryKey())
            ? new WalletList(await ledger.ListAsync(request.Caller.User, CancellationToken.None))
            : new WalletList([]);

    /// <inheritdoc/>
    public async Task<TransferFound> FindTransfer(FindTransfer request)
    {
        Guid user = this.GetPrimaryKey();
        TransferStanding? found = request.Caller.User.Value == user && !request.Transfer.IsEmpty
            ? await ledger.FindTransferAsync(request.Transfer, CancellationToken.None)
            : null;
        return new TransferFound(found is not null && (IsOf(user, found.Debit) || IsOf(user, found.Credit)) ? found : null);
    }

    private static bool IsOf(Guid user, WalletKey wallet) => wallet.Kind == WalletKind.User && wallet.Owner == user;
}
