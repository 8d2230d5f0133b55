using System.Text.RegularExpressions;

using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Kubernetes;

/// <summary>The environment variables that the code reads, taken from the code.</summary>
internal static partial class ProductSettings
{
    private static readonly string[] Folders = ["deploy/XChat.Hosting", "frontend", "grains", "silo"];

    private static readonly string[] Sources =
    [
        .. Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(ProjectOutput.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText),
    ];

    /// <summary><c>XCHAT_POSTGRES</c> and the like, of the command lines.</summary>
    private static readonly HashSet<string> Variables = [.. Sources.SelectMany(source => Variable().Matches(source)).Select(match => match.Groups[1].Value)];

    /// <summary><c>XChat:Drain:NoticeSeconds</c> and the like, of the option classes.</summary>
    private static readonly HashSet<string> Keys =
    [
        .. from source in Sources
           from section in Section().Matches(source)
           from property in Property().Matches(source)
           select $"{section.Groups[1].Value}:{property.Groups[1].Value}",
    ];

    /// <summary>Whether some process reads it.</summary>
    public static bool AreRead(string variable) =>
        Variables.Contains(variable)
        || variable is "OTEL_EXPORTER_OTLP_ENDPOINT" or "DOTNET_EnableDiagnostics"
        || Keys.Contains(variable.Replace("__", ":", StringComparison.Ordinal));

    [GeneratedRegex("\"(XCHAT_[A-Z_]+)\"")]
    private static partial Regex Variable();

    [GeneratedRegex("""const string Section = "(XChat[A-Za-z:]*)";""")]
    private static partial Regex Section();

    [GeneratedRegex(@"public [\w?<>\[\]]+ (\w+) \{ get; (?:set|init); \}")]
    private static partial Regex Property();
}
