using Npgsql;

using XChat.Protocol.Accounts;

namespace XChat.Storage.Wallets.Reports;

/// <summary>Whose records must not be removed, whatever their age.</summary>
public sealed class LegalHolds(NpgsqlDataSource database)
{
    /// <summary>Places a hold.</summary>
    public async Task PlaceAsync(LegalHold hold, CancellationToken cancellationToken)
    {
        const string Sql = "INSERT INTO legal_hold (hold_id, user_id, reason, placed_at) VALUES ($1, $2, $3, $4)";

        await using NpgsqlCommand place = database.CreateCommand(Sql);
        place.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = hold.Hold });
        place.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = hold.User.Value });
        place.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hold.Reason });
        place.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = hold.PlacedAt.UtcDateTime });
        await place.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lifts a hold. False: there is none in force of that id.</summary>
    public async Task<bool> LiftAsync(Guid hold, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE legal_hold SET lifted_at = $2 WHERE hold_id = $1 AND lifted_at IS NULL";

        await using NpgsqlCommand lift = database.CreateCommand(Sql);
        lift.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = hold });
        lift.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        return await lift.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The holds in force, oldest first.</summary>
    public async Task<IReadOnlyList<LegalHold>> ListAsync(CancellationToken cancellationToken)
    {
        const string Sql = "SELECT hold_id, user_id, reason, placed_at FROM legal_hold WHERE lifted_at IS NULL ORDER BY placed_at, hold_id";

        await using NpgsqlCommand list = database.CreateCommand(Sql);
        List<LegalHold> holds = [];
        await using NpgsqlDataReader row = await list.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            holds.Add(new LegalHold(row.GetGuid(0), new UserId(row.GetGuid(1)), row.GetString(2), new DateTimeOffset(row.GetDateTime(3))));
        }

        return holds;
    }
}

/// <summary>A hold: whose records, why, since when.</summary>
public sealed record LegalHold(Guid Hold, UserId User, string Reason, DateTimeOffset PlacedAt);
