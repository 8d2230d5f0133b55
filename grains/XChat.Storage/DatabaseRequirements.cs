using System.Globalization;
using Npgsql;

namespace XChat.Storage;

/// <summary>
/// What a database must be for the promise "acknowledged is durable" to hold. A silo that finds anything less does not start: it would
/// acknowledge messages and money that a power cut takes back.
/// </summary>
public static class DatabaseRequirements
{
    /// <summary>The SQL of this project uses nothing newer.</summary>
    public const int OldestMajorVersion = 15;

    private static readonly (string Setting, string Consequence)[] DurableSettings =
    [
        ("fsync", "a crash of the machine can corrupt the whole database"),
        ("synchronous_commit", "a crash loses messages that were already acknowledged"),
        ("full_page_writes", "a crash during a write can tear pages beyond repair"),
    ];

    /// <exception cref="DatabaseRequirementException">The server is too old, or a durability setting is off.</exception>
    public static async Task CheckAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await RefuseOldServerAsync(connection, cancellationToken);
        await RefuseVolatileServerAsync(connection, cancellationToken);
    }

    internal static async Task RefuseOldServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string number = await ShowAsync(connection, "server_version_num", cancellationToken);
        if (int.Parse(number, CultureInfo.InvariantCulture) < OldestMajorVersion * 10_000)
        {
            throw new DatabaseRequirementException(
                $"The database runs PostgreSQL {connection.ServerVersion}, XChat needs {OldestMajorVersion} or newer. "
                + "Upgrade the server (pg_upgrade keeps the data) or point --postgres at a newer one.");
        }
    }

    private static async Task RefuseVolatileServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        foreach ((string setting, string consequence) in DurableSettings)
        {
            // synchronous_commit has further values; with any of them but off, a commit waits for the local disk at least.
            if (await ShowAsync(connection, setting, cancellationToken) == "off")
            {
                problems.Add(
                    $"The database has {setting} = off, so {consequence}. Remedy: ALTER SYSTEM SET {setting} = on; SELECT pg_reload_conf(); "
                    + $"and see that neither ALTER DATABASE, ALTER ROLE nor the connection string sets it.");
            }
        }

        if (problems.Count > 0)
        {
            throw new DatabaseRequirementException(string.Join(Environment.NewLine, problems));
        }
    }

    private static async Task<string> ShowAsync(NpgsqlConnection connection, string setting, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT current_setting($1)", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = setting } },
        };
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
