using Orleans.Concurrency;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>One wallet: the only one who decides what is debited to its account.</summary>
/// <remarks>
/// Key: the owner's id, and kind and currency as <see cref="WalletKey.ToKeyExtension"/> writes them.
/// Owns: the account's debits, its pending transfers and its hash chain. Credits come from other wallets and are the database's.
/// Durable when: the result is returned.
/// Retry: commands are recognised by their id for ever; a timeout means unknown, repeat with the same id.
/// Scheduling: everything interleaves, so that many commands join one group commit; a command is decided on the funds reserved so far without
/// an await in between. Reads are the database's.
/// </remarks>
[GrainInterfaceType("xchat.wallet"), Alias("xchat.IWalletGrain")]
public interface IWalletGrain : IGrainWithGuidCompoundKey
{
    /// <summary>Pays by an order that the payer's device signed.</summary>
    [Alias("pay"), AlwaysInterleave]
    Task<TransferDecided> Pay(PayOrder request);

    /// <summary>Pays the caller by a code that the device of the wallet's owner signed.</summary>
    [Alias("redeem"), AlwaysInterleave]
    Task<TransferDecided> Redeem(RedeemCode request);

    /// <summary>Transfers on the authority of the server's own domains: rails, red packets, fees. No frontend passes this on from a device.</summary>
    [Alias("transfer"), AlwaysInterleave]
    Task<TransferDecided> Transfer(TransferMoney request);

    /// <summary>Posts, voids or expires a pending transfer.</summary>
    [Alias("resolve"), AlwaysInterleave]
    Task<TransferDecided> Resolve(ResolvePending request);

    /// <summary>Reads the counters; every transfer that was acknowledged before the call is in them.</summary>
    [Alias("balance"), AlwaysInterleave]
    Task<BalanceRead> Balance(ReadBalance request);

    /// <summary>Reads a page of the statement, newest first.</summary>
    [Alias("statement"), AlwaysInterleave]
    Task<StatementPage> Statement(ReadStatement request);

    /// <summary>Freezes the wallet against debits, or thaws it.</summary>
    [Alias("freeze"), AlwaysInterleave]
    Task<WalletFrozen> Freeze(FreezeWallet request);
}
