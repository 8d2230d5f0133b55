using Npgsql;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Storage.Conversations;

/// <summary>A row of the log as an entry. What a kind does not use is null there and zero here.</summary>
internal static class EntryRow
{
    /// <summary>In the order that <see cref="Read"/> expects.</summary>
    public const string Columns =
        "e.seq, e.kind, e.sender_user, e.sender_device, e.message_id, e.epoch, e.created_at, e.expires_at, e.target, e.value, e.payload";

    public static LogEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        (EntryKind)row.GetInt16(1),
        new Caller(new UserId(row.GetGuid(2)), new DeviceId(row.GetGuid(3))),
        new MessageId(row.GetGuid(4)),
        row.GetInt64(5),
        UnixMs(row.GetDateTime(6)),
        row.IsDBNull(7) ? 0 : UnixMs(row.GetDateTime(7)),
        row.IsDBNull(8) ? Guid.Empty : row.GetGuid(8),
        row.IsDBNull(9) ? 0 : row.GetInt64(9),
        row.GetFieldValue<byte[]>(10));

    public static long UnixMs(DateTime utc) => new DateTimeOffset(utc).ToUnixTimeMilliseconds();

    public static DateTime Utc(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime;
}
