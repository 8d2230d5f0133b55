using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>What is absent is null in the ledger's tables, and empty or zero in memory.</summary>
internal static class LedgerRow
{
    /// <summary>No time, as the database counts: it is what it calls <c>-infinity</c>.</summary>
    public const long NoTime = long.MinValue;

    /// <summary>SQL for the id that stands for none.</summary>
    public const string NoId = "'00000000-0000-0000-0000-000000000000'";

    // The database counts from the year 2000.
    private const long EpochMs = 946_684_800_000;

    public static DateTime? Time(long unixMs) => unixMs == 0 ? null : EntryRow.Utc(unixMs);

    /// <summary>A <c>timestamptz</c> as the database counts, in microseconds: what a <see cref="DateTime"/> would be turned into, value by value.</summary>
    public static long Micros(long unixMs) => checked((unixMs - EpochMs) * 1000);

    /// <summary>The same for a time that may be absent.</summary>
    public static long MicrosOrNone(long unixMs) => unixMs == 0 ? NoTime : Micros(unixMs);
}
