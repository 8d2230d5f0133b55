using Microsoft.Data.Sqlite;

namespace XChat.Client.Store;

/// <summary>The tables. Columns named <c>value</c> are encrypted; the others are what the queries need to find a row by.</summary>
internal static class StoreSchema
{
    public const int Version = 3;

    private const string Tables = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE person (id BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE conversation (id BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE mls_group (conversation BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE pending_commit (conversation BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE outbox (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            message BLOB NOT NULL UNIQUE,
            conversation BLOB NOT NULL,
            value BLOB NOT NULL);
        CREATE INDEX outbox_by_conversation ON outbox (conversation, position);
        CREATE TABLE message (
            conversation BLOB NOT NULL,
            seq INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (conversation, seq)) WITHOUT ROWID;
        CREATE INDEX message_by_expiry ON message (expires_at) WHERE expires_at > 0;
        CREATE TABLE key_package (
            reference BLOB PRIMARY KEY,
            last_resort INTEGER NOT NULL,
            published INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE warning (position INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, value BLOB NOT NULL);
        """;

    /// <summary>What each later version adds, from version 2 on.</summary>
    private static readonly string[] Additions =
    [
        "CREATE TABLE payment (position INTEGER PRIMARY KEY AUTOINCREMENT, transfer BLOB NOT NULL UNIQUE, value BLOB NOT NULL);",
        // What the history does not have yet; everything, in a profile from before. A person has the seq -1.
        """
        CREATE TABLE history_due (id BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (id, seq)) WITHOUT ROWID;
        INSERT INTO history_due (id, seq) SELECT conversation, seq FROM message WHERE expires_at = 0;
        INSERT INTO history_due (id, seq) SELECT id, -1 FROM person;
        """,
    ];

    public static void Apply(SqliteConnection connection)
    {
        // Erased values are overwritten in the file; a commit returns after the disk has it.
        Execute(connection, "PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand read = new("PRAGMA user_version", connection, transaction);
        long version = (long)read.ExecuteScalar()!;
        if (version > Version)
        {
            throw new XChatException(
                ClientErrorReason.ProfileTooNew, $"The profile has schema {version}; this version understands {Version}. Use a newer XChat.");
        }

        if (version < Version)
        {
            string tables = version == 0 ? Tables : string.Empty;
            string additions = string.Concat(Additions.Skip((int)Math.Max(version, 1) - 1));
            Execute(connection, $"{tables}{additions}PRAGMA user_version = {Version};", transaction);
        }

        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = new(sql, connection, transaction);
        _ = command.ExecuteNonQuery();
    }
}
