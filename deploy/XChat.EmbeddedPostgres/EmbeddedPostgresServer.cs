using System.Diagnostics;
using Npgsql;

namespace XChat.EmbeddedPostgres;

/// <summary>
/// A PostgreSQL server that belongs to this process: made at the first start, reached by a private socket and a generated password, ended
/// with the process. Its data stay, and a start after a crash brings them back.
/// </summary>
public sealed class EmbeddedPostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(15);

    private readonly FileStream _lock;
    private readonly Postmaster _postmaster;
    private readonly ServerEndpoint _endpoint;
    private readonly string _password;
    private readonly ServerFolder _folder;
    private readonly SpaceWatch _space;
    private bool _stopped;

    private EmbeddedPostgresServer(
        FileStream heldLock, Postmaster postmaster, ServerEndpoint endpoint, string password, ServerFolder folder, Action<string> notice)
    {
        _lock = heldLock;
        _folder = folder;
        _space = new SpaceWatch(folder.Root, notice);
        _postmaster = postmaster;
        _endpoint = endpoint;
        _password = password;
    }

    /// <summary>Reaches XChat's own database.</summary>
    public string ConnectionString => ConnectionStringOf(ServerEndpoint.Role);

    /// <summary>Where the data are: the folder that was asked for, or the one that had to stand in for it.</summary>
    public string Folder => _folder.Root;

    /// <summary>Completes when the server process has ended, which before <see cref="StopAsync"/> is a failure.</summary>
    public required Task Ended { get; init; }

    /// <exception cref="EmbeddedPostgresException">With a message for the person at the terminal.</exception>
    public static async Task<EmbeddedPostgresServer> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        try
        {
            ServerAccount account = ServerAccount.Choose();
            ServerFolder folder = await ServerFolder.PrepareAsync(options, account);
            FileStream heldLock = Lock(folder);
            try
            {
                return await StartLockedAsync(options, account, folder, heldLock, cancellationToken);
            }
            catch
            {
                await heldLock.DisposeAsync();
                throw;
            }
        }
        catch (IOException problem)
        {
            throw new EmbeddedPostgresException(
                FreeSpace.Explain($"The data folder {options.DataFolder} cannot be used: {problem.Message}"), problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new EmbeddedPostgresException(
                $"The data folder {options.DataFolder} cannot be used: {problem.Message} "
                + "Give it to the account that runs XChat (chown -R), or name another one with --data.", problem);
        }
    }

    /// <summary>Reaches any database of this server.</summary>
    public string ConnectionStringOf(string database) => _endpoint.ConnectionString(_password, database);

    /// <summary>Why a server ended that nobody stopped, for the person at the terminal.</summary>
    public string DescribeEnd() =>
        FreeSpace.Shortage(_folder)
        ?? FreeSpace.Explain($"PostgreSQL ended unexpectedly. Its log ends with:{Environment.NewLine}{_postmaster.LogTail()}");

    /// <summary>Ends the server as for a planned stop: open transactions are rolled back, everything is on disk.</summary>
    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _space.DisposeAsync();
            await _postmaster.StopAsync();
            await _lock.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static async Task<EmbeddedPostgresServer> StartLockedAsync(
        EmbeddedPostgresOptions options, ServerAccount account, ServerFolder folder, FileStream heldLock, CancellationToken cancellationToken)
    {
        PostgresInstallation installation = PostgresSearch.For(folder.ClusterVersion);
        string password = folder.ReadOrCreatePassword();
        FreeSpace.Require(folder);
        if (folder.ClusterVersion is null)
        {
            await NewCluster.CreateAsync(installation, folder, account, password, options.Ephemeral);
        }

        await folder.RequireOwnerAsync(account);
        Postmaster postmaster = new(installation, folder, account);
        await postmaster.EndLeftoverAsync();
        ServerEndpoint endpoint = ServerEndpoint.Choose(folder);
        ServerSettings.Write(folder, endpoint, options);
        Task ended = postmaster.Start();
        EmbeddedPostgresServer server = new(heldLock, postmaster, endpoint, password, folder, options.Notice) { Ended = ended };
        try
        {
            await server.WaitUntilReadyAsync(ended, cancellationToken);
            return server;
        }
        catch
        {
            await server._space.DisposeAsync();
            if (!ended.IsCompleted)
            {
                await postmaster.StopAsync();
            }

            throw;
        }
    }

    private async Task WaitUntilReadyAsync(Task ended, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        string lastProblem = "it did not answer";
        while (Stopwatch.GetElapsedTime(started) < ReadyPatience)
        {
            if (ended.IsCompleted)
            {
                await ended;
                throw new EmbeddedPostgresException(FreeSpace.Explain(
                    $"PostgreSQL stopped while starting. Its log ends with:{Environment.NewLine}{_postmaster.LogTail()}{Environment.NewLine}"
                    + $"If files are missing or damaged, restore {_folder.Root} from a backup; XChat changed nothing in them."));
            }

            try
            {
                await CreateDatabaseIfMissingAsync(ServerEndpoint.Role, cancellationToken);
                return;
            }
            catch (NpgsqlException problem) when (problem is not PostgresException { SqlState: not PostgresErrorCodes.CannotConnectNow })
            {
                lastProblem = problem.Message;
                await Task.Delay(ReadyPause, cancellationToken);
            }
            catch (PostgresException problem)
            {
                throw new EmbeddedPostgresException(
                    FreeSpace.Explain(problem.SqlState == PostgresErrorCodes.InvalidPassword
                        ? $"The password in {_folder.PasswordFile} is not the one of the data beside it: restore both from one backup."
                        : $"PostgreSQL refuses its own owner: {problem.MessageText}"),
                    problem);
            }
        }

        throw new EmbeddedPostgresException(
            $"PostgreSQL was not ready within {ReadyPatience.TotalSeconds:0} s ({lastProblem}). "
            + $"Its log ends with:{Environment.NewLine}{_postmaster.LogTail()}");
    }

    /// <summary>Makes a database on this server unless it is there.</summary>
    public async Task CreateDatabaseIfMissingAsync(string database, CancellationToken cancellationToken)
    {
        const string ExistsSql = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)";

        NpgsqlConnectionStringBuilder withoutPool = new(ConnectionStringOf("postgres")) { Pooling = false };
        await using NpgsqlConnection connection = new(withoutPool.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand exists = new(ExistsSql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = database } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is false)
        {
            await using NpgsqlCommand create = new($"CREATE DATABASE \"{database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static FileStream Lock(ServerFolder folder)
    {
        string path = Path.Combine(folder.Root, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem) when (!FreeSpace.IsFull(problem))
        {
            throw new EmbeddedPostgresException(
                $"The data folder {folder.Root} is in use by another XChat. Stop that one, or give this one a folder of its own with --data.", problem);
        }
    }
}
