using System.Data;

using Npgsql;

namespace XChat.Storage.Wallets.Verification;

/// <summary>
/// Looks at a whole ledger as of one moment and names everything that could not be if it were right. It reads the tables and trusts no counter, so it
/// finds what was edited past the walls too. It runs beside the silos and locks nothing.
/// </summary>
/// <param name="database">The server's database.</param>
/// <param name="further">Checks of other domains that keep money, beside those of <see cref="LedgerChecks"/>.</param>
public sealed class LedgerVerifier(NpgsqlDataSource database, params IEnumerable<ILedgerCheck> further)
{
    /// <summary>Rows that one check names at most; it counts them all.</summary>
    private const int NamedRows = 20;

    /// <summary>Runs every check in one snapshot.</summary>
    public async Task<LedgerVerification> RunAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (NpgsqlCommand readOnly = new("SET TRANSACTION READ ONLY", connection))
        {
            await readOnly.ExecuteNonQueryAsync(cancellationToken);
        }

        List<LedgerViolation> violations = [];
        foreach (ILedgerCheck check in LedgerChecks.All.Concat(further))
        {
            List<string> named = [];
            long count = 0;
            await foreach (string row in check.FindAsync(connection, cancellationToken))
            {
                count++;
                if (named.Count < NamedRows)
                {
                    named.Add(row);
                }
            }

            if (count > 0)
            {
                violations.Add(new LedgerViolation(check.Name, check.Rule, count, named));
            }
        }

        return new LedgerVerification(
            await CountAsync(connection, "ledger_account", cancellationToken),
            await CountAsync(connection, "ledger_transfer", cancellationToken),
            await CountAsync(connection, "ledger_command", cancellationToken),
            violations);
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = new($"SELECT count(*) FROM {table}", connection) { CommandTimeout = 0 };
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }
}

/// <summary>What a verification saw, and what it found.</summary>
public sealed record LedgerVerification(long Accounts, long Transfers, long Commands, IReadOnlyList<LedgerViolation> Violations);

/// <summary>A rule that is broken: in how many rows, and which are the first of them.</summary>
public sealed record LedgerViolation(string Check, string Rule, long Count, IReadOnlyList<string> Rows);

/// <summary>One rule of the ledger.</summary>
public interface ILedgerCheck
{
    /// <summary>What the violation is called.</summary>
    string Name { get; }

    /// <summary>What has to be true, in a sentence.</summary>
    string Rule { get; }

    /// <summary>The rows that break the rule, each in words; none when all is well. The connection is in a snapshot that can only be read.</summary>
    IAsyncEnumerable<string> FindAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken);
}
