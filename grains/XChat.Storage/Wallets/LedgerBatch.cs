using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Protocol.Wallets;

namespace XChat.Storage.Wallets;

/// <summary>The rows of a batch, sorted out once for all of its statements.</summary>
internal sealed class LedgerBatch
{
    public LedgerBatch(IReadOnlyList<LedgerChunk> chunks)
    {
        Accounts = new AccountChanges(chunks);
        Commands = new(chunks.Count);
        News = new(Accounts.Sides.Count);
        foreach (LedgerChunk chunk in chunks)
        {
            for (int index = 0; index < chunk.Commands.Count; index++)
            {
                Add(chunk.Account, chunk.Commands[index]);
            }
        }

        Commands.Sort(static (one, other) => one.Command.Id.Value.CompareTo(other.Command.Id.Value));
    }

    /// <summary>The accounts that are moved, and the transfers that move them.</summary>
    public AccountChanges Accounts { get; }

    /// <summary>With the account that decided them, in the order of their ids: two writers with the same ones wait for each other in the same order.</summary>
    public List<(Guid Account, DecidedCommand Command)> Commands { get; }

    /// <summary>What somebody has to hear of: all but what goes from one system account to another.</summary>
    public List<(LedgerTransfer Transfer, PaymentCard? Card)> News { get; }

    /// <summary>Pending transfers that begin.</summary>
    public List<LedgerTransfer> Opened { get; } = [];

    /// <summary>The transfers that end pending ones.</summary>
    public List<LedgerTransfer> Ended { get; } = [];

    private void Add(Guid account, DecidedCommand command)
    {
        Commands.Add((account, command));
        for (int index = 0; index < command.Transfers.Count; index++)
        {
            LedgerTransfer transfer = command.Transfers[index];
            if (transfer.Debit.Kind == WalletKind.User || transfer.Credit.Kind == WalletKind.User)
            {
                News.Add((transfer, command.Card));
            }

            if (transfer.Kind == TransferKind.Pending)
            {
                Opened.Add(transfer);
            }
            else if (!transfer.Pending.IsEmpty)
            {
                Ended.Add(transfer);
            }
        }
    }
}
