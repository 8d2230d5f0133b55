using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace XChat.EmbeddedPostgres;

/// <summary>A folder with the PostgreSQL server programs, and their major version.</summary>
public sealed partial record PostgresInstallation(string BinFolder, int MajorVersion)
{
    /// <summary>The oldest server that XChat's SQL runs on.</summary>
    public const int OldestMajorVersion = 15;

    public string Program(string name) => Path.Combine(BinFolder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    /// <summary>The installation in a folder, or null if the folder lacks a program that is needed or they do not run.</summary>
    public static PostgresInstallation? TryOpen(string binFolder)
    {
        PostgresInstallation candidate = new(binFolder, 0);
        if (!File.Exists(candidate.Program("postgres")) || !File.Exists(candidate.Program("initdb")) || !File.Exists(candidate.Program("pg_ctl")))
        {
            return null;
        }

        int version = AskVersion(candidate.Program("postgres"));
        return version >= OldestMajorVersion ? candidate with { MajorVersion = version } : null;
    }

    private static int AskVersion(string postgres)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(postgres, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Match version = VersionPattern().Match(answer);
            return version.Success ? int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // A program for another machine, or one that we may not run, is no installation.
            return 0;
        }
    }

    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"
    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
