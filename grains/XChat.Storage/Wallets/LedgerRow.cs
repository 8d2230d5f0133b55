using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>What is absent is null in the ledger's tables, and empty or zero in memory.</summary>
internal static class LedgerRow
{
    public static Guid? Known(Guid id) => id == Guid.Empty ? null : id;

    public static DateTime? Time(long unixMs) => unixMs == 0 ? null : EntryRow.Utc(unixMs);
}
