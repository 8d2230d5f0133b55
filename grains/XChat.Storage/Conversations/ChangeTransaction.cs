using Npgsql;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Storage.Conversations;

/// <summary>Writes a change: its entry, which is the fence, and then everything else that it changes.</summary>
internal static class ChangeTransaction
{
    public static async Task<BatchWrite> RunAsync(NpgsqlConnection connection, ConversationChange change, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await TryInsertEntryAsync(connection, change, cancellationToken))
        {
            return BatchWrite.Refused;
        }

        await using NpgsqlBatch batch = new(connection, transaction);
        if (change.LeavesGone.Count > 0 || change.LeavesSet.Count > 0)
        {
            Add(batch, Welcomes.LockSql, Value(change.Conversation.Value));
        }

        AddConversation(batch, change);
        AddMembers(batch, change);
        AddLeaves(batch, change);
        AddWaiting(batch, change);
        AddWelcome(batch, change);
        AddEmptied(batch, change);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return BatchWrite.Written;
    }

    private static async Task<bool> TryInsertEntryAsync(
        NpgsqlConnection connection, ConversationChange change, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO conversation_entry
                (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, expires_at, target, value, payload)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
            WHERE $2 = 1 OR EXISTS (SELECT FROM conversation_entry AS p WHERE p.conversation_id = $1 AND p.seq = $2 - 1)
            """;

        LogEntry entry = change.Entry;
        await using NpgsqlCommand command = new(Sql, connection);
        command.Parameters.Add(Value(change.Conversation.Value));
        command.Parameters.Add(Value(entry.Seq));
        command.Parameters.Add(Value((short)entry.Kind));
        command.Parameters.Add(Value(entry.Message.Value));
        command.Parameters.Add(Value(entry.Sender.User.Value));
        command.Parameters.Add(Value(entry.Sender.Device.Value));
        command.Parameters.Add(Value(entry.Epoch));
        command.Parameters.Add(Value(EntryRow.Utc(entry.TimeMs)));
        command.Parameters.Add(Value<DateTime?>(entry.ExpiresAtMs == 0 ? null : EntryRow.Utc(entry.ExpiresAtMs)));
        command.Parameters.Add(Value<Guid?>(entry.Target == Guid.Empty ? null : entry.Target));
        command.Parameters.Add(Value<long?>(entry.Kind is EntryKind.Application or EntryKind.Commit or EntryKind.MemberLeft ? null : entry.Value));
        command.Parameters.Add(Value(entry.Payload));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static void AddConversation(NpgsqlBatch batch, ConversationChange change)
    {
        if (change.Created is { } type)
        {
            Add(
                batch,
                "INSERT INTO conversation (conversation_id, type, group_id, epoch) VALUES ($1, $2, $3, $4)",
                Value(change.Conversation.Value), Value((short)type), Value(change.Group!.Value), Value(change.Epoch!.Value));
        }
        else if (change.Group is not null || change.Epoch is not null || change.TimerSeconds is not null)
        {
            Add(
                batch,
                """
                UPDATE conversation
                SET group_id = coalesce($2, group_id), epoch = coalesce($3, epoch), timer_seconds = coalesce($4, timer_seconds)
                WHERE conversation_id = $1
                """,
                Value(change.Conversation.Value), Value(change.Group), Value(change.Epoch), Value(change.TimerSeconds));
        }
    }

    private static void AddMembers(NpgsqlBatch batch, ConversationChange change)
    {
        if (change.MembersGone.Count > 0)
        {
            Add(
                batch,
                "DELETE FROM conversation_member WHERE conversation_id = $1 AND user_id = ANY ($2)",
                Value(change.Conversation.Value), Value(change.MembersGone.Select(user => user.Value).ToArray()));
        }

        if (change.MembersSet.Count > 0)
        {
            // The cursors of a member who is there already move on their own.
            Add(
                batch,
                """
                INSERT INTO conversation_member
                    (conversation_id, user_id, role, first_seq, delivered_seq, read_seq, device_list_version)
                SELECT $1, m.user_id, m.role, m.first_seq, m.first_seq - 1, m.first_seq - 1, m.device_list_version
                FROM unnest($2, $3, $4, $5) AS m(user_id, role, first_seq, device_list_version)
                ON CONFLICT (conversation_id, user_id) DO UPDATE
                SET role = excluded.role, first_seq = excluded.first_seq, device_list_version = excluded.device_list_version
                """,
                Value(change.Conversation.Value),
                Value(change.MembersSet.Select(member => member.User.Value).ToArray()),
                Value(change.MembersSet.Select(member => (short)member.Role).ToArray()),
                Value(change.MembersSet.Select(member => member.FirstSeq).ToArray()),
                Value(change.MembersSet.Select(member => member.DeviceListVersion).ToArray()));
        }
    }

    private static void AddLeaves(NpgsqlBatch batch, ConversationChange change)
    {
        if (change.LeavesGone.Count > 0)
        {
            Add(
                batch,
                "DELETE FROM conversation_leaf WHERE conversation_id = $1 AND leaf = ANY ($2)",
                Value(change.Conversation.Value), Value(change.LeavesGone.ToArray()));
        }

        if (change.LeavesSet.Count > 0)
        {
            Add(
                batch,
                """
                INSERT INTO conversation_leaf (conversation_id, leaf, user_id, device_id, added_seq, joined, leaving)
                SELECT $1, l.leaf, l.user_id, l.device_id, l.added_seq, l.joined, l.leaving
                FROM unnest($2, $3, $4, $5, $6, $7) AS l(leaf, user_id, device_id, added_seq, joined, leaving)
                ON CONFLICT (conversation_id, leaf) DO UPDATE
                SET user_id = excluded.user_id, device_id = excluded.device_id, added_seq = excluded.added_seq,
                    joined = excluded.joined, leaving = excluded.leaving
                """,
                Value(change.Conversation.Value),
                Value(change.LeavesSet.Select(leaf => leaf.Index).ToArray()),
                Value(change.LeavesSet.Select(leaf => leaf.Device.User.Value).ToArray()),
                Value(change.LeavesSet.Select(leaf => leaf.Device.Device.Value).ToArray()),
                Value(change.LeavesSet.Select(leaf => leaf.AddedSeq).ToArray()),
                Value(change.LeavesSet.Select(leaf => leaf.Joined).ToArray()),
                Value(change.LeavesSet.Select(leaf => leaf.Leaving).ToArray()));
        }
    }

    private static void AddWaiting(NpgsqlBatch batch, ConversationChange change)
    {
        if (change.WaitingGone.Count > 0)
        {
            Add(
                batch,
                """
                DELETE FROM conversation_waiting_device
                WHERE conversation_id = $1 AND (user_id, device_id) IN (SELECT * FROM unnest($2, $3))
                """,
                Value(change.Conversation.Value),
                Value(change.WaitingGone.Select(device => device.User.Value).ToArray()),
                Value(change.WaitingGone.Select(device => device.Device.Value).ToArray()));
        }

        if (change.WaitingSet.Count > 0)
        {
            Add(
                batch,
                """
                INSERT INTO conversation_waiting_device (conversation_id, user_id, device_id)
                SELECT $1, d.user_id, d.device_id FROM unnest($2, $3) AS d(user_id, device_id)
                ON CONFLICT DO NOTHING
                """,
                Value(change.Conversation.Value),
                Value(change.WaitingSet.Select(device => device.User.Value).ToArray()),
                Value(change.WaitingSet.Select(device => device.Device.Value).ToArray()));
        }
    }

    private static void AddWelcome(NpgsqlBatch batch, ConversationChange change)
    {
        if (change.Welcome is { } welcome)
        {
            Add(
                batch,
                "INSERT INTO conversation_welcome (conversation_id, seq, created_at, welcome) VALUES ($1, $2, $3, $4)",
                Value(change.Conversation.Value), Value(change.Entry.Seq), Value(EntryRow.Utc(change.Entry.TimeMs)), Value(welcome));
        }

        if (change.LeavesGone.Count > 0 || change.LeavesSet.Count > 0)
        {
            Add(batch, Welcomes.DropUnneededSql, Value(change.Conversation.Value));
        }
    }

    private static void AddEmptied(NpgsqlBatch batch, ConversationChange change)
    {
        if (change.EmptiedSeq is { } seq)
        {
            Add(
                batch,
                "UPDATE conversation_entry SET payload = '', expires_at = NULL WHERE conversation_id = $1 AND seq = $2",
                Value(change.Conversation.Value), Value(seq));
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        NpgsqlBatchCommand command = new(sql);
        foreach (NpgsqlParameter parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}
