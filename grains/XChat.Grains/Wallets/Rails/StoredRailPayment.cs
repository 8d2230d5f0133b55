using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>
/// A deposit or withdrawal as it is stored. The first half never changes; then what is known of the rail's side (<c>Stage</c>, <c>Returned</c>), then
/// what has been done in the ledger (<c>Ledger</c>, <c>Reversed</c>). What is left to do follows from the difference.
/// </summary>
public sealed record StoredRailPayment
{
    public required Guid Payment { get; init; }

    public required string Rail { get; init; }

    public required UserId User { get; init; }

    public required RailPaymentKind Kind { get; init; }

    public required Currency Currency { get; init; }

    public required long MinorUnits { get; init; }

    /// <summary>Where a withdrawal goes; else empty.</summary>
    public required string Destination { get; init; }

    /// <summary>By which a repeated order is recognised, 32 bytes.</summary>
    public required byte[] OrderHash { get; init; }

    public required long CreatedAtMs { get; init; }

    /// <summary>How far the rail is.</summary>
    public RailStage Stage { get; init; }

    /// <summary>The rail's own name for it; empty until it is known.</summary>
    public string Reference { get; init; } = string.Empty;

    /// <summary>What the person has to do, in the rail's own form; empty for nothing.</summary>
    public string Instruction { get; init; } = string.Empty;

    /// <summary>Why the rail could not do it; empty unless it failed.</summary>
    public string Failure { get; init; } = string.Empty;

    /// <summary>What the rail says has come back since, minor units.</summary>
    public long Returned { get; init; }

    /// <summary>How far the ledger is.</summary>
    public RailLedgerStage Ledger { get; init; }

    /// <summary>The wallet's answer when it refused to reserve a withdrawal.</summary>
    public WalletStatus Refusal { get; init; }

    /// <summary>What of the returns has been booked.</summary>
    public long Reversed { get; init; }

    /// <summary>What of the booked returns of a deposit was not in the wallet any more, so that the person owes it.</summary>
    public long Owed { get; init; }

    /// <summary>Whether the rail has said something that cannot be true beside what was booked: somebody has to look at it.</summary>
    public bool Contradicted { get; init; }

    /// <summary>Counts the writes; each states the one that it was based on.</summary>
    public long Version { get; init; } = 1;

    public long ChangedAtMs { get; init; }
}

/// <summary>What has been done in the ledger. Numbers are stored and never change.</summary>
public enum RailLedgerStage
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The money of a withdrawal is reserved.</summary>
    Reserved = 1,

    /// <summary>A deposit is in the wallet, or a withdrawal out of it.</summary>
    Moved = 2,

    /// <summary>What was reserved is free again.</summary>
    Freed = 3,

    /// <summary>The wallet refused to reserve.</summary>
    Refused = 4,
}
