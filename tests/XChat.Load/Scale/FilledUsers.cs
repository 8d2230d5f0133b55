namespace XChat.Load.Scale;

/// <summary>
/// Users as the database knows them: an account with a key package of last resort, and a conversation of their own with one message. Their bytes
/// are as long as real ones. The key log leaves them out: their keys sign nothing, and taking a million of them up at once would be measured instead.
/// </summary>
public static class FilledUsers
{
    public static Task CreateAsync(LoadServer server, int count, CancellationToken cancellationToken) => server.Database.ExecuteAsync(
        $"""
        CREATE TEMP TABLE filled AS
            SELECT gen_random_uuid() AS conversation_id, gen_random_uuid() AS user_id, gen_random_uuid() AS device_id,
                'u' || substr(md5(random()::text || number), 1, 20) AS handle
            FROM generate_series(1, {count}) AS number;
        INSERT INTO account
            (user_id, handle, handle_skeleton, account_key, registration_hash, device_list, device_list_version, device_list_at, told_version, created_at)
            SELECT user_id, handle, handle, sha256(handle::bytea), sha256(handle::bytea), decode(repeat(md5(handle), 12), 'hex'), 1, now(), 1, now()
            FROM filled;
        DELETE FROM key_log_pending;
        INSERT INTO key_package (user_id, device_id, reference, package, last_resort, not_after)
            SELECT user_id, device_id, sha256(handle::bytea), decode(repeat(md5(handle), 20), 'hex'), true, 4102444800 FROM filled;
        INSERT INTO conversation (conversation_id, type, group_id, epoch) SELECT conversation_id, 2, conversation_id, 1 FROM filled;
        INSERT INTO conversation_member (conversation_id, user_id, role, first_seq, delivered_seq, read_seq, device_list_version)
            SELECT conversation_id, user_id, 3, 1, 0, 0, 1 FROM filled;
        INSERT INTO conversation_leaf (conversation_id, leaf, user_id, device_id, added_seq, joined, leaving)
            SELECT conversation_id, 0, user_id, device_id, 1, true, false FROM filled;
        INSERT INTO conversation_entry (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, target, payload)
            SELECT conversation_id, 1, 2, gen_random_uuid(), user_id, device_id, 0, now(), conversation_id, '' FROM filled;
        DROP TABLE filled;
        ANALYZE;
        CHECKPOINT;
        """,
        cancellationToken);
}
