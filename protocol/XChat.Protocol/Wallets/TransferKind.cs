namespace XChat.Protocol.Wallets;

/// <summary>What a row of the ledger does to the counters of its two accounts. Numbers are part of the hash chain and never change.</summary>
public enum TransferKind
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Moves the amount at once.</summary>
    Posted = 1,

    /// <summary>Reserves the amount until it is posted, voided or expires.</summary>
    Pending = 2,

    /// <summary>Moves the amount, all or part of what a pending transfer reserved, and frees the rest.</summary>
    PostPending = 3,

    /// <summary>Frees what a pending transfer reserved, because a party said so.</summary>
    VoidPending = 4,

    /// <summary>Frees what a pending transfer reserved, because its time was over.</summary>
    ExpirePending = 5,
}
