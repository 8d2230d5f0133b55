using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>The ledger. What it answers is committed.</summary>
public interface IWalletLedger
{
    /// <summary>
    /// One of a fixed number of writers. Accounts that a chunk names and that do not exist yet come into being. What is to be told of a batch goes to
    /// <paramref name="news"/> when it is durable, unless its answer was lost.
    /// </summary>
    IChunkWriter<LedgerChunk> OpenWriter(FreshNews news);

    /// <summary>An account with its open pending transfers, as of one moment.</summary>
    Task<StoredWallet> LoadAsync(WalletKey wallet, CancellationToken cancellationToken);

    /// <summary>The counters alone.</summary>
    Task<WalletCounters> ReadAsync(WalletKey wallet, CancellationToken cancellationToken);

    /// <summary>The command of an id, from the unique index that is the truth about ids.</summary>
    Task<StoredCommand?> FindCommandAsync(TransferId command, CancellationToken cancellationToken);

    /// <summary>A transfer and how it stands; null when there is none.</summary>
    Task<TransferStanding?> FindTransferAsync(TransferId transfer, CancellationToken cancellationToken);

    /// <summary>What went back of a transfer.</summary>
    Task<GoneBack> SumBackAsync(TransferId transfer, CancellationToken cancellationToken);

    /// <summary>Entries of an account's statement, newest first.</summary>
    Task<StatementPage> ReadStatementAsync(WalletKey wallet, ReadStatement request, CancellationToken cancellationToken);

    /// <summary>Every currency in which a person has an account, in order of the code.</summary>
    Task<IReadOnlyList<WalletBalance>> ListAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Freezes an account against debits, or thaws it.</summary>
    Task SetFrozenAsync(WalletKey wallet, bool frozen, CancellationToken cancellationToken);
}
