using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.RedPackets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>Red packets in PostgreSQL. The number of claims fences: whoever decided on another number changes nothing.</summary>
public sealed class PostgresRedPacketStore(NpgsqlDataSource database) : IRedPacketStore
{
    /// <inheritdoc/>
    public async Task<StoredRedPacket?> LoadAsync(Guid packet, CancellationToken cancellationToken)
    {
        // One statement, so that packet and claims are of one moment.
        const string Sql = """
            SELECT p.payer_id, p.conversation_id, p.mode, p.currency, p.amount, p.count, p.created_at, p.expires_at, p.signed_order, p.stage, p.funding,
                p.refund, c.users, c.amounts, c.times
            FROM red_packet AS p, LATERAL (
                SELECT array_agg(user_id ORDER BY position), array_agg(amount ORDER BY position), array_agg(claimed_at ORDER BY position)
                FROM red_packet_claim WHERE packet_id = p.packet_id) AS c (users, amounts, times)
            WHERE p.packet_id = $1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new StoredRedPacket(
                packet,
                new UserId(row.GetGuid(0)),
                new(row.GetGuid(1)),
                (RedPacketMode)row.GetInt16(2),
                new Currency(row.GetString(3)),
                row.GetInt64(4),
                row.GetInt32(5),
                EntryRow.UnixMs(row.GetDateTime(6)),
                EntryRow.UnixMs(row.GetDateTime(7)),
                row.GetFieldValue<byte[]>(8),
                (RedPacketStage)row.GetInt16(9),
                (WalletStatus)row.GetInt16(10),
                row.GetInt64(11),
                row.IsDBNull(12) ? [] : ReadClaims(row))
            : null;
    }

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(StoredRedPacket packet, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO red_packet (
                packet_id, payer_id, conversation_id, mode, currency, amount, count, signed_order, stage, created_at, expires_at, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11)
            ON CONFLICT (packet_id) DO NOTHING
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet.Packet });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet.Payer.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet.Conversation.Value });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)packet.Mode });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = packet.Currency.Code });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = packet.MinorUnits });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = packet.Count });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = packet.Order });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(packet.CreatedAtMs) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(packet.ExpiresAtMs) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = dueAt.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> SetFundingAsync(Guid packet, WalletStatus funding, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE red_packet SET stage = $2, funding = $3, due_at = $4 WHERE packet_id = $1 AND stage = 1";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet });
        RedPacketStage stage = funding == WalletStatus.Accepted ? RedPacketStage.Open : RedPacketStage.Refused;
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)stage });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)funding });
        command.Parameters.Add(DueRows.At(dueAt));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> ClaimAsync(
        Guid packet, int before, IReadOnlyList<RedPacketClaim> claims, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH fence AS (
                UPDATE red_packet SET claims = claims + $3, claimed = claimed + $4, due_at = least(due_at, $5)
                WHERE packet_id = $1 AND claims = $2 AND stage = 2
                RETURNING packet_id)
            INSERT INTO red_packet_claim (packet_id, position, user_id, amount, claimed_at)
            SELECT fence.packet_id, $2 + c.number, c.user_id, c.amount, c.claimed_at
            FROM fence, unnest($6, $7, $8) WITH ORDINALITY AS c (user_id, amount, claimed_at, number)
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = claims.Count });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claims.Sum(claim => claim.MinorUnits) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = dueAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. claims.Select(claim => claim.User.Value)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. claims.Select(claim => claim.MinorUnits)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. claims.Select(claim => EntryRow.Utc(claim.TimeMs))] });
        return await command.ExecuteNonQueryAsync(cancellationToken) == claims.Count;
    }

    /// <inheritdoc/>
    public async Task<bool> EndAsync(Guid packet, int claims, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE red_packet SET stage = 4, refund = amount - claimed, due_at = $3 WHERE packet_id = $1 AND claims = $2 AND stage = 2
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = claims });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = dueAt.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task SetDueAsync(Guid packet, int claims, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        // A claim that came meanwhile keeps its own time.
        const string Sql = "UPDATE red_packet SET due_at = $3 WHERE packet_id = $1 AND claims = $2";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = packet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = claims });
        command.Parameters.Add(DueRows.At(dueAt));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> TakeDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH due AS (
                SELECT packet_id FROM red_packet
                WHERE due_at <= $1
                ORDER BY due_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED)
            UPDATE red_packet AS p SET due_at = $2 FROM due WHERE p.packet_id = due.packet_id
            RETURNING p.packet_id
            """;

        return DueRows.TakeAsync(database, Sql, now, leaseUntil, limit, cancellationToken);
    }

    private static IReadOnlyList<RedPacketClaim> ReadClaims(NpgsqlDataReader row)
    {
        Guid[] users = row.GetFieldValue<Guid[]>(12);
        long[] amounts = row.GetFieldValue<long[]>(13);
        DateTime[] times = row.GetFieldValue<DateTime[]>(14);
        return [.. users.Select((user, index) => new RedPacketClaim(new UserId(user), amounts[index], EntryRow.UnixMs(times[index])))];
    }
}
