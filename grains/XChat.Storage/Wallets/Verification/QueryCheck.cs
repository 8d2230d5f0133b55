using System.Runtime.CompilerServices;

using Npgsql;

namespace XChat.Storage.Wallets.Verification;

/// <summary>A rule that a query can tell: it returns one column of text, a row for each row that breaks the rule.</summary>
public sealed class QueryCheck(string name, string rule, string sql) : ILedgerCheck
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Rule => rule;

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> FindAsync(
        NpgsqlConnection snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            yield return row.GetString(0);
        }
    }
}
