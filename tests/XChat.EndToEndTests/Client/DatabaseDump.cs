using Npgsql;

namespace XChat.EndToEndTests.Client;

/// <summary>Every column of every table of a database as bytes: in PostgreSQL's binary copy a text is its UTF-8 and a bytea is itself.</summary>
internal static class DatabaseDump
{
    public static async Task<Dictionary<string, byte[]>> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        Dictionary<string, byte[]> tables = [];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (string table in await TablesAsync(connection, cancellationToken))
        {
            await using NpgsqlRawCopyStream rows = await connection.BeginRawBinaryCopyAsync(
                $"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)", cancellationToken);
            using MemoryStream bytes = new();
            await rows.CopyToAsync(bytes, cancellationToken);
            tables[table] = bytes.ToArray();
        }

        return tables;
    }

    private static async Task<List<string>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand list = new(
            """
            SELECT format('%I.%I', schemaname, tablename) FROM pg_catalog.pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            UNION ALL
            SELECT format('%I.%I', schemaname, sequencename) FROM pg_catalog.pg_sequences
            """,
            connection);
        await using NpgsqlDataReader reader = await list.ExecuteReaderAsync(cancellationToken);
        List<string> tables = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }
}
