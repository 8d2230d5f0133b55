using Npgsql;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Standalone;

/// <summary>The one-command server as a process.</summary>
internal static class StandaloneServer
{
    /// <summary>How long a start may take on a busy machine.</summary>
    public static readonly TimeSpan StartPatience = TestProcess.Patience;

    public static TestProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        TestProcess.StartDotnet(ProjectOutput.Of("deploy/standalone", "xchat-standalone"), arguments, environment);

    public static string NextUrl() => $"http://127.0.0.1:{FreePort.Next()}";

    /// <summary>The database in a data folder. The test runs as the same account as the server's owner, which alone may read the password.</summary>
    public static string ConnectionTo(string folder) => new NpgsqlConnectionStringBuilder
    {
        Host = Path.Combine(folder, "run"),
        Username = "xchat",
        Database = "xchat",
        Password = File.ReadAllText(Path.Combine(folder, "postgres.password")).Trim(),
        Pooling = false,
    }.ConnectionString;

    /// <summary>One value out of that database.</summary>
    public static async Task<object?> QueryAsync(string folder, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(ConnectionTo(folder));
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
