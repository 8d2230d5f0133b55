using Npgsql;

using XChat.Grains.Wallets.PaymentRequests;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets;

/// <summary>Payment requests in PostgreSQL. The state of a share fences: every change names the state that it was decided on.</summary>
public sealed class PostgresPaymentRequestStore(NpgsqlDataSource database) : IPaymentRequestStore
{
    private const string Columns = """
        SELECT r.request_id, r.conversation_id, r.requester_id, r.split, r.currency, r.total, r.created_at, r.expires_at, r.cancelled_at,
            s.user_id, s.amount, s.state, s.transfer_id, s.device_id, s.signed_order, s.signature, s.card
        FROM payment_request AS r JOIN payment_request_share AS s USING (request_id)
        """;

    /// <inheritdoc/>
    public async Task<StoredRequest?> LoadAsync(Guid request, CancellationToken cancellationToken)
    {
        const string Sql = Columns + " WHERE r.request_id = $1 ORDER BY s.position";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request });
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(StoredRequest request, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH made AS (
                INSERT INTO payment_request (request_id, conversation_id, requester_id, split, currency, total, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (request_id) DO NOTHING
                RETURNING request_id, created_at)
            INSERT INTO payment_request_share (request_id, position, user_id, amount, state, created_at)
            SELECT made.request_id, s.number, s.user_id, s.amount, s.state, made.created_at
            FROM made, unnest($9, $10, $11) WITH ORDINALITY AS s (user_id, amount, state, number)
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request.Request });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request.Conversation.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request.Requester.Value });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = request.Split });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.Currency.Code });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = request.TotalMinorUnits });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(request.CreatedAtMs) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(request.ExpiresAtMs) });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. request.Shares.Select(share => share.User.Value)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. request.Shares.Select(share => share.MinorUnits)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. request.Shares.Select(share => (short)share.State)] });
        return await command.ExecuteNonQueryAsync(cancellationToken) == request.Shares.Count;
    }

    /// <inheritdoc/>
    public async Task<bool> BeginPaymentAsync(Guid request, UserId payer, SharePayment payment, CancellationToken cancellationToken)
    {
        // The lock on the request keeps a cancellation from coming in between.
        const string Sql = """
            WITH kept AS (SELECT request_id FROM payment_request WHERE request_id = $1 AND cancelled_at IS NULL FOR SHARE)
            UPDATE payment_request_share AS s
            SET state = 2, transfer_id = $3, device_id = $4, signed_order = $5, signature = $6, card = $7
            FROM kept WHERE s.request_id = kept.request_id AND s.user_id = $2 AND s.state = 1
            """;

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payer.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payment.Transfer.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payment.Device.Value });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = payment.Order });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = payment.Signature });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = payment.Card });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> EndPaymentAsync(Guid request, UserId payer, TransferId transfer, bool paid, CancellationToken cancellationToken)
    {
        const string PaidSql = """
            UPDATE payment_request_share SET state = 3 WHERE request_id = $1 AND user_id = $2 AND transfer_id = $3 AND state = 2
            """;
        const string OpenSql = """
            UPDATE payment_request_share
            SET state = 1, transfer_id = NULL, device_id = NULL, signed_order = NULL, signature = NULL, card = NULL
            WHERE request_id = $1 AND user_id = $2 AND transfer_id = $3 AND state = 2
            """;

        await using NpgsqlCommand command = database.CreateCommand(paid ? PaidSql : OpenSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payer.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = transfer.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> DeclineAsync(Guid request, UserId payer, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE payment_request_share SET state = 4 WHERE request_id = $1 AND user_id = $2 AND state = 1";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payer.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(Guid request, long nowMs, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE payment_request SET cancelled_at = $2 WHERE request_id = $1 AND cancelled_at IS NULL";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = EntryRow.Utc(nowMs) });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredRequest>> ListAsync(UserId user, Guid before, int limit, CancellationToken cancellationToken)
    {
        // Each side reads no more of its index than the page can need.
        const string Sql = """
            WITH mark AS (
                SELECT coalesce((SELECT created_at FROM payment_request WHERE request_id = $2), 'infinity') AS created_at),
            made AS (
                SELECT r.request_id, r.created_at FROM payment_request AS r, mark
                WHERE r.requester_id = $1 AND (r.created_at < mark.created_at OR r.created_at = mark.created_at AND r.request_id > $2)
                ORDER BY r.created_at DESC, r.request_id LIMIT $3),
            asked AS (
                SELECT s.request_id, s.created_at FROM payment_request_share AS s, mark
                WHERE s.user_id = $1 AND (s.created_at < mark.created_at OR s.created_at = mark.created_at AND s.request_id > $2)
                ORDER BY s.created_at DESC, s.request_id LIMIT $3),
            page AS (
                SELECT request_id FROM (SELECT * FROM made UNION SELECT * FROM asked) AS parties
                ORDER BY created_at DESC, request_id LIMIT $3)
            """ + " " + Columns + " JOIN page USING (request_id) ORDER BY r.created_at DESC, r.request_id, s.position";

        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<IReadOnlyList<StoredRequest>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        List<(StoredRequest Request, List<StoredShare> Shares)> found = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            Guid request = row.GetGuid(0);
            if (found.Count == 0 || found[^1].Request.Request != request)
            {
                found.Add((ReadRequest(row), []));
            }

            found[^1].Shares.Add(ReadShare(row));
        }

        return [.. found.Select(one => one.Request with { Shares = one.Shares })];
    }

    private static StoredRequest ReadRequest(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        new(row.GetGuid(1)),
        new UserId(row.GetGuid(2)),
        row.GetBoolean(3),
        new Currency(row.GetString(4)),
        row.GetInt64(5),
        EntryRow.UnixMs(row.GetDateTime(6)),
        EntryRow.UnixMs(row.GetDateTime(7)),
        row.IsDBNull(8) ? 0 : EntryRow.UnixMs(row.GetDateTime(8)),
        []);

    private static StoredShare ReadShare(NpgsqlDataReader row) => new(
        new UserId(row.GetGuid(9)),
        row.GetInt64(10),
        (ShareState)row.GetInt16(11),
        row.IsDBNull(12)
            ? null
            : new SharePayment(
                new TransferId(row.GetGuid(12)),
                new DeviceId(row.GetGuid(13)),
                row.GetFieldValue<byte[]>(14),
                row.GetFieldValue<byte[]>(15),
                row.GetFieldValue<byte[]>(16)));
}
