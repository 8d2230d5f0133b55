using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>An account of <see cref="InMemoryLedger"/>.</summary>
internal sealed class LedgerAccount(WalletKey key)
{
    public List<StatementEntry> Entries { get; } = [];

    public WalletCounters Counters { get; private set; }

    public byte[] ChainHash { get; set; } = TransferChain.Genesis;

    public long LastTimeMs { get; private set; }

    public bool Frozen
    {
        get => Counters.Frozen;
        set => Counters = Counters with { Frozen = value };
    }

    public long Available => Counters.CreditsPosted - Counters.DebitsPosted - Counters.DebitsPending;

    public void Take(LedgerTransfer transfer, bool debit)
    {
        Counters = debit
            ? Counters with
            {
                DebitsPending = Counters.DebitsPending + transfer.PendingChange,
                DebitsPosted = Counters.DebitsPosted + transfer.PostedChange,
                Seq = transfer.Seq,
                Entries = Counters.Entries + 1,
            }
            : Counters with
            {
                CreditsPending = Counters.CreditsPending + transfer.PendingChange,
                CreditsPosted = Counters.CreditsPosted + transfer.PostedChange,
                Entries = Counters.Entries + 1,
            };
        if (debit)
        {
            LastTimeMs = transfer.TimeMs;
        }

        WalletKey other = debit ? transfer.Credit : transfer.Debit;
        Entries.Add(new StatementEntry(
            Counters.Entries,
            transfer.Id,
            debit,
            transfer.Kind,
            transfer.Reason,
            transfer.MinorUnits,
            Counters.CreditsPosted - Counters.DebitsPosted,
            other.Kind,
            other.Owner,
            transfer.TimeMs,
            transfer.ExpiresAtMs,
            transfer.Pending,
            transfer.Reference));
        System.Diagnostics.Debug.Assert(key == (debit ? transfer.Debit : transfer.Credit), "Each account takes its own side.");
    }
}
