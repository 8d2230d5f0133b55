using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using XChat.Protocol;

namespace XChat.Frontend;

/// <summary>
/// Keeps the number of connections below the limit on open files. Beyond that limit accepting fails in a loop and every other part of the
/// process that opens a file fails with it; below it, a newcomer is turned away and everybody else goes on.
/// </summary>
internal sealed class ConnectionLimits(IOptions<FrontendOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    // Assemblies, the silo's and the database's connections, logs: measured at below 400 in the one-process standalone.
    private const int FilesForOthers = 1_000;

    /// <summary>How long a reader may take nothing at all: as long as the hub waits for a ping.</summary>
    public static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(30);

    public void Configure(KestrelServerOptions kestrel)
    {
        int connections = Bound(options.Value.MaxConnections, ReadFileLimit());
        // A hub connection counts as upgraded once its WebSocket is open and no longer as a plain one, so the two have to share.
        kestrel.Limits.MaxConcurrentConnections = Math.Max(1, connections / 10);
        kestrel.Limits.MaxConcurrentUpgradedConnections = connections - (connections / 10);
        kestrel.Limits.MaxRequestBodySize = Limits.RequestBytes;
        // It holds for WebSockets too, and its default of five seconds would cut off a phone that loses its network for as long. What is held for
        // a reader meanwhile is bounded, and one that is gone is noticed by its missing pings.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: ReaderPatience);
        kestrel.AddServerHeader = false;
    }

    internal static int Bound(int wanted, int? fileLimit) =>
        fileLimit is { } files ? Math.Min(wanted, Math.Max(files / 2, files - FilesForOthers)) : wanted;

    /// <summary>Null where the system does not say, as on Windows, or has no limit.</summary>
    private static int? ReadFileLimit()
    {
        const string LimitsFile = "/proc/self/limits";
        if (!File.Exists(LimitsFile))
        {
            return null;
        }

        // "Max open files            20000                20000                files"
        string? line = File.ReadLines(LimitsFile).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string[] fields = (line ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 3 && int.TryParse(fields[3], CultureInfo.InvariantCulture, out int limit) ? limit : null;
    }
}
