using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.GroupCommit;

/// <summary>
/// Commands of one wallet that follow one another and become durable together. They go in only if the account's chain still ends where they were
/// decided on.
/// </summary>
public sealed class LedgerChunk : CommitChunk<DecidedCommand>
{
    internal LedgerChunk(WalletState state, CommitFence fence, bool alone)
        : base(fence, alone)
    {
        Wallet = state.Key;
        Account = state.Account;
        Seq = state.Seq;
        ChainHash = state.ChainHash.ToArray();
    }

    /// <summary>The wallet that decided, and is debited.</summary>
    public WalletKey Wallet { get; }

    public Guid Account { get; }

    /// <summary>The length of the account's chain before the first command.</summary>
    public long Seq { get; }

    /// <summary>The hash over the account's last transfer before the first command.</summary>
    public byte[] ChainHash { get; }

    /// <summary>In the order in which they were decided. Fixed once the chunk is sealed.</summary>
    public IReadOnlyList<DecidedCommand> Commands => Items;

    /// <summary>Whether something of it takes money out, which a frozen account refuses.</summary>
    public bool NeedsThawed
    {
        get
        {
            for (int index = 0; index < Items.Count; index++)
            {
                if (TakesOut(Items[index].Transfers))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static bool TakesOut(IReadOnlyList<LedgerTransfer> transfers)
    {
        for (int index = 0; index < transfers.Count; index++)
        {
            if (transfers[index].Kind is TransferKind.Posted or TransferKind.Pending or TransferKind.PostPending)
            {
                return true;
            }
        }

        return false;
    }
}
