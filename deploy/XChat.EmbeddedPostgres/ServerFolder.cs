using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace XChat.EmbeddedPostgres;

/// <summary>The files of one embedded server: its cluster, its socket, its log, its password.</summary>
internal sealed class ServerFolder
{
    // A socket's whole path has to fit in 104 bytes on macOS and 108 on Linux, with ".s.PGSQL.5432" and the end mark.
    private const int LongestSocketFolder = 85;
    private const string SystemData = "/var/lib";

    private ServerFolder(string root) => Root = root;

    public string Root { get; }

    public string Cluster => Path.Combine(Root, "postgres");

    /// <summary>Open to the server's account alone: the socket and the log.</summary>
    public string Run => Encoding.UTF8.GetByteCount(Path.Combine(Root, "run")) <= LongestSocketFolder
        ? Path.Combine(Root, "run")
        : Path.Combine(Environment.IsPrivilegedProcess ? SystemData : Path.GetTempPath(), $"xchat-run-{HashOf(Root)}");

    public string Log => Path.Combine(Run, "server.log");

    public string PasswordFile => Path.Combine(Root, "postgres.password");

    /// <summary>
    /// The server's two configuration files. Beside its own folder and not in it: when we are root, that one belongs to an account that could lead
    /// what we write elsewhere.
    /// </summary>
    public string Configuration => Path.Combine(Root, "postgresql.conf");

    /// <inheritdoc cref="Configuration"/>
    public string Authentication => Path.Combine(Root, "pg_hba.conf");

    /// <summary>Where initdb reads the password, and nobody else afterwards.</summary>
    public string InitialPasswordFile => Path.Combine(Root, "initdb.password");

    /// <summary>The major version of the PostgreSQL that made the cluster; null if there is none yet.</summary>
    public int? ClusterVersion
    {
        get
        {
            string file = Path.Combine(Cluster, "PG_VERSION");
            if (!File.Exists(file))
            {
                return null;
            }

            return int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out int version)
                ? version
                : throw new EmbeddedPostgresException($"{file} is damaged. Restore the data folder from a backup.");
        }
    }

    public static async Task<ServerFolder> PrepareAsync(EmbeddedPostgresOptions options, ServerAccount account)
    {
        ServerFolder folder = new(Path.GetFullPath(options.DataFolder));
        CreatePassable(folder.Root);
        if (!await account.CanReachAsync(folder.Root))
        {
            ServerFolder reachable = new($"{SystemData}/xchat-{HashOf(folder.Root)}");
            options.Notice(
                $"PostgreSQL does not run as root, and its account {account.Name} cannot reach {folder.Root}: the data are in {reachable.Root}.");
            folder = reachable;
            CreatePassable(folder.Root);
        }

        Directory.CreateDirectory(folder.Run);
        account.Own(folder.Run);
        return folder;
    }

    /// <exception cref="EmbeddedPostgresException">The files belong to another account than the one that the server runs as.</exception>
    public async Task RequireOwnerAsync(ServerAccount account)
    {
        if (!await account.OwnsAsync(Cluster))
        {
            throw new EmbeddedPostgresException(
                $"{Cluster} belongs to another account than {account.Name ?? Environment.UserName}, as which PostgreSQL runs. "
                + $"Give it back: chown -R {account.Name ?? Environment.UserName} {Cluster}");
        }

        // PostgreSQL does not start on files that others may read, as a copy of them sometimes is.
        account.Own(Cluster);
    }

    /// <summary>The generated password of the server's only role; made at the first start and kept for us alone.</summary>
    public string ReadOrCreatePassword()
    {
        if (File.Exists(PasswordFile))
        {
            return File.ReadAllText(PasswordFile).Trim();
        }

        if (ClusterVersion is not null)
        {
            throw new EmbeddedPostgresException(
                $"{PasswordFile} is missing while its data are there. Restore that file from a backup of the data folder.");
        }

        string password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        WriteForOwner(PasswordFile, password);
        return password;
    }

    public static void WriteForOwner(string path, string text)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using StreamWriter writer = new(path, options);
        writer.Write(text);
        writer.Flush();
        ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
    }

    /// <summary>Others may pass through to what is theirs, but not list what is here; each thing in it is closed on its own.</summary>
    private static void CreatePassable(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Pass = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            UnixFileMode mode = File.GetUnixFileMode(path);
            if ((mode & Pass) != Pass)
            {
                File.SetUnixFileMode(path, mode | Pass);
            }
        }
    }

    private static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];
}
