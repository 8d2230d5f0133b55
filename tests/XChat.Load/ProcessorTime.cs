using System.Diagnostics;
using System.Globalization;

namespace XChat.Load;

/// <summary>
/// Processor time used so far, by whom. A machine that others use too shows in <see cref="Machine"/>: what a part cost is told by the time that
/// it used, not by the clock. Only Linux tells; elsewhere all of it is zero.
/// </summary>
/// <param name="Own">This process: callers, and the silo where it is in the same process.</param>
/// <param name="Servers">Processes that it started, but for PostgreSQL.</param>
/// <param name="Postgres">The PostgreSQL that it started.</param>
/// <param name="Machine">Everyone on the machine.</param>
public readonly record struct ProcessorTime(TimeSpan Own, TimeSpan Servers, TimeSpan Postgres, TimeSpan Machine)
{
    // The unit of /proc, the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;
    private const string PostgresName = "postgres";

    public static ProcessorTime Now()
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        Dictionary<int, Entry> all = ReadAll();
        int own = Environment.ProcessId;
        // A process that ended counts in its parent's stead: of PostgreSQL those of connections, of this one whatever it ran.
        double servers = all[own].EndedTicks;
        double postgres = 0;
        foreach ((int id, Entry entry) in all)
        {
            if (id != own && IsBelow(own, entry, all))
            {
                double ticks = entry.Ticks + entry.EndedTicks;
                (servers, postgres) = entry.Name == PostgresName ? (servers, postgres + ticks) : (servers + ticks, postgres);
            }
        }

        return new(Time(all[own].Ticks), Time(servers), Time(postgres), Time(MachineTicks()));
    }

    /// <summary>From now on this process, and what it starts later, runs on these cores alone: <c>0</c> or <c>1-3</c>. Needs Linux and taskset.</summary>
    public static async Task KeepToAsync(string cores)
    {
        using Process taskset = Process.Start(new ProcessStartInfo("taskset", ["-a", "-p", "-c", cores, $"{Environment.ProcessId}"])
        {
            RedirectStandardOutput = true,
        })!;
        await taskset.WaitForExitAsync();
        if (taskset.ExitCode != 0)
        {
            throw new LoadException($"taskset could not keep this process to the cores {cores}.");
        }
    }

    public static ProcessorTime operator -(ProcessorTime later, ProcessorTime earlier) => new(
        later.Own - earlier.Own, later.Servers - earlier.Servers, later.Postgres - earlier.Postgres, later.Machine - earlier.Machine);

    public static ProcessorTime operator +(ProcessorTime one, ProcessorTime other) => new(
        one.Own + other.Own, one.Servers + other.Servers, one.Postgres + other.Postgres, one.Machine + other.Machine);

    private static TimeSpan Time(double ticks) => TimeSpan.FromSeconds(ticks / TicksPerSecond);

    private static bool IsBelow(int ancestor, Entry entry, Dictionary<int, Entry> all)
    {
        for (int parent = entry.Parent; all.TryGetValue(parent, out Entry above); parent = above.Parent)
        {
            if (parent == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private static Dictionary<int, Entry> ReadAll()
    {
        Dictionary<int, Entry> all = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && TryRead($"{folder}/stat") is { } entry)
            {
                all[id] = entry;
            }
        }

        return all;
    }

    /// <summary>One process; null if it has ended meanwhile. Its name stands in brackets and may hold blanks.</summary>
    private static Entry? TryRead(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            int close = text.LastIndexOf(')');
            string[] fields = text[(close + 2)..].Split(' ');
            double Sum(int first) =>
                double.Parse(fields[first], CultureInfo.InvariantCulture) + double.Parse(fields[first + 1], CultureInfo.InvariantCulture);
            return new Entry(
                text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..close], int.Parse(fields[1], CultureInfo.InvariantCulture), Sum(11), Sum(13));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The first line of /proc/stat is user, nice, system, idle, wait, interrupts, soft interrupts of all processors.</summary>
    private static double MachineTicks()
    {
        double[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..8]
            .Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        return ticks.Sum() - ticks[3] - ticks[4];
    }

    private readonly record struct Entry(string Name, int Parent, double Ticks, double EndedTicks);
}
