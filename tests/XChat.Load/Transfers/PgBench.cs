using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

using Npgsql;

using XChat.EmbeddedPostgres;
using XChat.Testing.Processes;

namespace XChat.Load.Transfers;

/// <summary>PostgreSQL's own load program, from the folder of the server that runs.</summary>
public sealed partial class PgBench
{
    private readonly string _program;
    private readonly Dictionary<string, string?> _environment;

    private PgBench(string program, LoadDatabase database)
    {
        NpgsqlConnectionStringBuilder connection = new(database.ConnectionString);
        _program = program;
        _environment = new()
        {
            ["PGHOST"] = connection.Host,
            ["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = connection.Username,
            ["PGPASSWORD"] = connection.Password,
            ["PGDATABASE"] = connection.Database,
        };
    }

    /// <summary>Null: the installation of the server lacks it.</summary>
    public static PgBench? TryFind(LoadDatabase database)
    {
        string program = PostgresSearch.For(null).Program("pgbench");
        return File.Exists(program) ? new PgBench(program, database) : null;
    }

    /// <summary>Runs a script on so many connections and gathers each transaction. The time in which they connect does not count.</summary>
    public async Task RunAsync(Measure measure, string script, int clients, TimeSpan duration, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("xchat-load-pgbench");
        try
        {
            string file = Path.Combine(folder.FullName, "script");
            await File.WriteAllTextAsync(file, script, cancellationToken);
            string seconds = Math.Max(1, (int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            long started = Stopwatch.GetTimestamp();
            await using TestProcess pgbench = TestProcess.Start(
                _program,
                [
                    "--no-vacuum", "--protocol=prepared", $"--client={clients}", "--jobs=1", $"--time={seconds}", $"--file={file}",
                    "--log", $"--log-prefix={Path.Combine(folder.FullName, "log")}",
                ],
                _environment);
            int end = await pgbench.WaitForExitAsync(cancellationToken, duration + TimeSpan.FromMinutes(1));
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            if (end != 0)
            {
                throw new LoadException($"pgbench ended with {end}: {pgbench.Transcript()}");
            }

            Match connecting = ConnectingPattern().Match(pgbench.Transcript());
            if (connecting.Success)
            {
                measure.Exclude(TimeSpan.FromMilliseconds(double.Parse(connecting.Groups[1].Value, CultureInfo.InvariantCulture)));
            }

            await GatherAsync(measure, folder, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A line of its log for each transaction: client, number, latency in microseconds and more.</summary>
    private static async Task GatherAsync(Measure measure, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        foreach (FileInfo log in folder.EnumerateFiles("log.*"))
        {
            await foreach (string line in File.ReadLinesAsync(log.FullName, cancellationToken))
            {
                measure.Add(TimeSpan.FromMicroseconds(double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)));
            }
        }
    }

    // "initial connection time = 61.215 ms"
    [GeneratedRegex(@"initial connection time = ([0-9.]+) ms")]
    private static partial Regex ConnectingPattern();
}
