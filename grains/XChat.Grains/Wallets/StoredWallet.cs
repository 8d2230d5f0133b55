using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>An account as of one moment; zeros when nothing has touched it yet.</summary>
public sealed record StoredWallet(
    WalletKey Key, WalletCounters Counters, byte[] ChainHash, long LastTimeMs, IReadOnlyList<OpenPending> Pending)
{
    /// <summary>What the account has spent in the windows that are counted.</summary>
    public IReadOnlyList<UsageRow> Spent { get; init; } = [];

    public static StoredWallet Untouched(WalletKey key) => new(key, default, TransferChain.Genesis, 0, []);
}

/// <summary>The counters of an account, minor units, with the lengths of its chain and its statement.</summary>
public readonly record struct WalletCounters(
    long DebitsPending, long DebitsPosted, long CreditsPending, long CreditsPosted, long Seq, long Entries, bool Frozen)
{
    public BalanceRead ToBalance() => new(DebitsPending, DebitsPosted, CreditsPending, CreditsPosted, Seq, Entries, Frozen);
}

/// <summary>A command that the ledger has, with what was answered.</summary>
public sealed record StoredCommand(
    TransferId Id, Guid Account, Guid Actor, byte[] PayloadHash, WalletStatus Outcome, long Seq, long TimeMs, long ExpiresAtMs);
