using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>
/// What a batch does to each account that it touches, as sums: a hot account is one row and one update, however many transfers it takes part in.
/// Accounts are in order of their ids, which is the order in which every writer locks them.
/// </summary>
internal sealed class AccountChanges
{
    private readonly Dictionary<Guid, Change> _changes;

    public AccountChanges(IReadOnlyList<LedgerChunk> chunks)
    {
        _changes = new(2 * chunks.Count);
        Sides = new(chunks.Count);

        // Neighbours in this order share pages of the index of transfers, which the processor then has at hand.
        LedgerChunk[] ordered = [.. chunks];
        Array.Sort(ordered, static (one, other) => one.Account.CompareTo(other.Account));
        foreach (LedgerChunk chunk in ordered)
        {
            Change own = Of(chunk.Account, chunk.Wallet);
            own.Chunk = chunk;
            for (int index = 0; index < chunk.Commands.Count; index++)
            {
                Add(own, chunk.Commands[index]);
            }
        }

        All = [.. _changes.Values];
        Array.Sort(All, static (one, other) => one.Account.CompareTo(other.Account));
    }

    /// <summary>In order of the accounts' ids.</summary>
    public Change[] All { get; }

    /// <summary>Every transfer of the batch, in order, with its place among its accounts' entries.</summary>
    public List<TransferSides> Sides { get; }

    private void Add(Change own, DecidedCommand command)
    {
        for (int index = 0; index < command.Transfers.Count; index++)
        {
            LedgerTransfer transfer = command.Transfers[index];
            Place debit = own.Take(transfer, debit: true);
            Place credit = Of(transfer.CreditAccount, transfer.Credit).Take(transfer, debit: false);
            Sides.Add(new TransferSides(transfer, debit, credit));
        }

        if (command.Transfers.Count > 0)
        {
            own.ChainHash = command.ChainHash;
        }
    }

    private Change Of(Guid account, WalletKey wallet)
    {
        if (!_changes.TryGetValue(account, out Change? change))
        {
            _changes.Add(account, change = new Change(account, wallet));
        }

        return change;
    }

    /// <summary>A transfer and where it comes among the entries that the batch adds to its two accounts.</summary>
    public readonly record struct TransferSides(LedgerTransfer Transfer, Place Debit, Place Credit);

    /// <summary>
    /// How far an account has come with an entry, counted from before the batch: its entries and debits so far, and what they posted.
    /// </summary>
    public readonly record struct Place(Change Account, int Entries, int Debits, long Posted)
    {
        /// <summary>How much the account goes on after this entry, within the batch.</summary>
        public (int Entries, int Debits, long Posted) Rest =>
            (Account.Entries - Entries, Account.Debits - Debits, Account.Credits - Account.Debited - Posted);
    }

    /// <summary>The sums for one account.</summary>
    public sealed class Change(Guid account, WalletKey wallet)
    {
        public Guid Account { get; } = account;

        public WalletKey Wallet { get; } = wallet;

        /// <summary>Set when the account is debited, or decided at least: then the row has to be as this says.</summary>
        public LedgerChunk? Chunk { get; set; }

        public byte[]? ChainHash { get; set; }

        public long DebitsPending { get; private set; }

        public long Debited { get; private set; }

        public long CreditsPending { get; private set; }

        public long Credits { get; private set; }

        public int Debits { get; private set; }

        public int Entries { get; private set; }

        public Place Take(LedgerTransfer transfer, bool debit)
        {
            Entries++;
            if (debit)
            {
                Debits++;
                DebitsPending = checked(DebitsPending + transfer.PendingChange);
                Debited = checked(Debited + transfer.PostedChange);
            }
            else
            {
                CreditsPending = checked(CreditsPending + transfer.PendingChange);
                Credits = checked(Credits + transfer.PostedChange);
            }

            return new Place(this, Entries, Debits, checked(Credits - Debited));
        }
    }
}
