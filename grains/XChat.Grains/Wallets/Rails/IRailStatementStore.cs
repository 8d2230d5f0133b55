using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>Keeps the statements of rails, and compares the books with them.</summary>
public interface IRailStatementStore
{
    /// <summary>The first day whose statement has not been read since it was over; null when the rail never had a payment.</summary>
    Task<DateOnly?> FindNextDayAsync(string rail, CancellationToken cancellationToken);

    /// <summary>Keeps a statement. Answers the lines that say something else than what was read of them before; those stay as they were.</summary>
    Task<IReadOnlyList<string>> KeepAsync(RailStatement statement, DateTimeOffset readAt, CancellationToken cancellationToken);

    /// <summary>Compares, in one snapshot, what all statements together say with what the ledger says, for each currency of the rail.</summary>
    Task<IReadOnlyList<RailComparison>> CompareAsync(string rail, int limit, CancellationToken cancellationToken);
}

/// <summary>
/// One currency: what the rail says it holds, what the ledger says, and every payment in which they differ (the first of <c>BreakCount</c>).
/// </summary>
public sealed record RailComparison(Currency Currency, long RailHolds, long LedgerSays, long BreakCount, IReadOnlyList<RailBreak> Breaks);
