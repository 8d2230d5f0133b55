using System.Text;

using Microsoft.Data.Sqlite;

namespace XChat.Client.Store;

/// <summary>Typed reads and writes within one transaction of the store.</summary>
internal sealed partial class StoreTransaction(SqliteTransaction transaction, ValueCipher cipher)
{
    public T? Setting<T>(string name)
        where T : class =>
        Sealed("SELECT value FROM setting WHERE name = $1", name) is { } value
            ? StoreFormat.Read<T>(cipher.Open("setting", Encoding.UTF8.GetBytes(name), value))
            : null;

    public void PutSetting<T>(string name, T value) => Execute(
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name, cipher.Seal("setting", Encoding.UTF8.GetBytes(name), StoreFormat.Write(value)));

    private static byte[] Row(Guid id) => id.ToByteArray(bigEndian: true);

    private byte[]? Sealed(string sql, params ReadOnlySpan<object> arguments)
    {
        using SqliteCommand command = Command(sql, arguments);
        return command.ExecuteScalar() as byte[];
    }

    private T? Open<T>(string table, byte[] row, byte[]? value)
        where T : class =>
        value is null ? null : StoreFormat.Read<T>(cipher.Open(table, row, value));

    /// <summary>Rows of (key bytes, value), opened as they are read.</summary>
    private List<T> OpenAll<T>(string table, string sql, params ReadOnlySpan<object> arguments)
    {
        using SqliteCommand command = Command(sql, arguments);
        using SqliteDataReader reader = command.ExecuteReader();
        List<T> values = [];
        while (reader.Read())
        {
            values.Add(StoreFormat.Read<T>(cipher.Open(table, reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1))));
        }

        return values;
    }

    private int Execute(string sql, params ReadOnlySpan<object> arguments)
    {
        using SqliteCommand command = Command(sql, arguments);
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object> arguments)
    {
        SqliteCommand command = new(sql, transaction.Connection, transaction);
        for (int i = 0; i < arguments.Length; i++)
        {
            _ = command.Parameters.AddWithValue($"${i + 1}", arguments[i]);
        }

        return command;
    }
}
