using System.Diagnostics;
using System.Globalization;

namespace XChat.Benchmarks.Mls;

/// <summary>The group that ts-mls holds in a Node process (tests/ts-mls-member/bench.mjs). The process ends with this one, which closes its input.</summary>
internal sealed class TsMlsGroup
{
    private readonly Process _node;

    private TsMlsGroup(Process node) => _node = node;

    /// <exception cref="InvalidOperationException">Node or the packages are missing; the text says what to do.</exception>
    public static TsMlsGroup Start(int members)
    {
        string folder = Folder();
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "ts-mls")))
        {
            throw new InvalidOperationException($"ts-mls is not installed: run 'npm ci' in {folder} (it needs Node 20).");
        }

        ProcessStartInfo start = new("node", ["bench.mjs", members.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        TsMlsGroup group = new(Process.Start(start) ?? throw new InvalidOperationException("'node' did not start: install Node 20."));
        group.Expect("ready");
        return group;
    }

    /// <summary>Has one operation carried out.</summary>
    public void Call(string operation)
    {
        _node.StandardInput.WriteLine(operation);
        _node.StandardInput.Flush();
        Expect(operation);
    }

    private void Expect(string answer)
    {
        string? line = _node.StandardOutput.ReadLine();
        if (line != answer)
        {
            throw new InvalidOperationException($"bench.mjs answered '{line}' instead of '{answer}'.");
        }
    }

    private static string Folder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "XChat.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("XChat.sln is in no folder above."), "tests", "ts-mls-member");
    }
}
