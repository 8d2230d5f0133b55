using System.Collections.Concurrent;
using System.Text.RegularExpressions;

using XChat.Testing.Processes;

namespace XChat.FaultTests.Cluster;

/// <summary>What the server processes of a run wrote, of those too that were killed: kept in files, and searched for what a run has to know.</summary>
internal sealed partial class ServerLog(string folder)
{
    private readonly ConcurrentDictionary<string, int> _errors = new();
    private int _fenced;

    /// <summary>Chunks of writes that the database refused because another writer was ahead.</summary>
    public int Fenced => _fenced;

    /// <summary>Lines of the project's own at the level of an error, which stands for bugs only; with how often each came.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>Takes all that a process wrote; it has ended, or nothing more of it matters.</summary>
    public void Take(string name, TestProcess process)
    {
        string[] lines = [.. process.Output, .. process.Error];
        File.AppendAllLines(Path.Combine(folder, name + ".log"), lines);
        for (int i = 0; i < lines.Length; i++)
        {
            if (FencedPattern().Match(lines[i]) is { Success: true } fenced)
            {
                _ = Interlocked.Add(ref _fenced, int.Parse(fenced.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
            }
            else if (ErrorPattern().IsMatch(lines[i]) && i + 1 < lines.Length)
            {
                _ = _errors.AddOrUpdate($"{name[..4]}: {lines[i].Trim()} {lines[i + 1].Trim()}", 1, (_, count) => checked(count + 1));
            }
        }
    }

    [GeneratedRegex("The database fenced ([0-9]+) chunks")]
    private static partial Regex FencedPattern();

    [GeneratedRegex(@"^(fail|crit): XChat\.")]
    private static partial Regex ErrorPattern();
}
