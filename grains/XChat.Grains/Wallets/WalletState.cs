using System.Collections.ObjectModel;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// An account as its next decision sees it: what the ledger holds, and what has been decided since. Credits come from elsewhere and may be more
/// than is known here, never less.
/// </summary>
public sealed class WalletState(StoredWallet stored)
{
    // Most accounts have neither.
    private Dictionary<TransferId, OpenPending>? _pending = stored.Pending.Count == 0 ? null : stored.Pending.ToDictionary(pending => pending.Transfer);
    private List<UsageRow>? _spent = stored.Spent.Count == 0 ? null : [.. stored.Spent];
    private HashValue _chainHash = HashValue.Of(stored.ChainHash);

    public WalletKey Key { get; } = stored.Key;

    public Guid Account { get; } = stored.Key.ToAccountId();

    public long DebitsPending { get; private set; } = stored.Counters.DebitsPending;

    public long DebitsPosted { get; private set; } = stored.Counters.DebitsPosted;

    public long CreditsPosted { get; private set; } = stored.Counters.CreditsPosted;

    public long Seq { get; private set; } = stored.Counters.Seq;

    /// <summary>The hash over the last transfer of the chain, as long as nothing more is taken in.</summary>
    public ReadOnlySpan<byte> ChainHash => _chainHash;

    /// <summary>The time of the last debit, Unix ms.</summary>
    public long LastTimeMs { get; private set; } = stored.LastTimeMs;

    public bool Frozen { get; private set; } = stored.Counters.Frozen;

    /// <summary>Open pending transfers that this account pays.</summary>
    public IReadOnlyDictionary<TransferId, OpenPending> Pending => _pending is null ? ReadOnlyDictionary<TransferId, OpenPending>.Empty : _pending;

    /// <summary>What the account has spent in the windows that are counted.</summary>
    public IReadOnlyList<UsageRow> Spent => _spent ?? (IReadOnlyList<UsageRow>)[];

    /// <summary>What may still be debited or reserved; without a bound where the money is elsewhere.</summary>
    public Int128 Available => Key.MayOverdraw() ? Int128.MaxValue : (Int128)CreditsPosted - DebitsPosted - DebitsPending;

    /// <summary>Takes in what was decided; what follows is decided on top of it.</summary>
    public void Apply(DecidedCommand decided)
    {
        for (int index = 0; index < decided.Transfers.Count; index++)
        {
            LedgerTransfer transfer = decided.Transfers[index];
            DebitsPending = checked(DebitsPending + transfer.PendingChange);
            DebitsPosted = checked(DebitsPosted + transfer.PostedChange);
            Seq = transfer.Seq;
            LastTimeMs = transfer.TimeMs;
            if (transfer.Kind == TransferKind.Pending)
            {
                // An id that is open already is one that was used before: the ledger will refuse what is decided here, and this view with it.
                (_pending ??= [])[transfer.Id] = OpenPending.Of(transfer);
            }
            else if (!transfer.Pending.IsEmpty)
            {
                _pending?.Remove(transfer.Pending);
            }
        }

        if (decided.Transfers.Count > 0)
        {
            _chainHash = HashValue.Of(decided.ChainHash);
        }

        for (int index = 0; index < decided.Usage.Count; index++)
        {
            UsageRow added = decided.Usage[index].Added;
            if (added.Key.Account != Account)
            {
                continue;
            }

            _spent ??= [];
            int known = _spent.FindIndex(row => row.Key == added.Key);
            if (known < 0)
            {
                _spent.Add(added);
            }
            else
            {
                _spent[known] = _spent[known].Add(added);
            }
        }
    }

    /// <summary>Takes in a newer reading of what others change.</summary>
    public void See(WalletCounters counters)
    {
        CreditsPosted = Math.Max(CreditsPosted, counters.CreditsPosted);
        Frozen = counters.Frozen;
    }

    public void SetFrozen(bool frozen) => Frozen = frozen;
}

/// <summary>A pending transfer that is neither posted nor freed.</summary>
public sealed record OpenPending(
    TransferId Transfer, WalletKey Credit, long MinorUnits, TransferReason Reason, Guid Reference, long ExpiresAtMs)
{
    public static OpenPending Of(LedgerTransfer transfer) =>
        new(transfer.Id, transfer.Credit, transfer.MinorUnits, transfer.Reason, transfer.Reference, transfer.ExpiresAtMs);
}
