using System.Text.Json;

namespace XChat.UnitTests.Vectors;

/// <summary>
/// The official test vectors: the folder that the environment variable XCHAT_VECTORS names, or else <c>shared/vectors</c> beside the project.
/// Every file whose name starts with a known kind is run, so that more files can be put there without a change of code.
/// </summary>
internal static class VectorFolder
{
    /// <summary>What stands for a file when the folder is absent: a test must have a row to be able to say that it was skipped.</summary>
    private const string Absent = " (absent)";

    private static readonly string Root =
        Environment.GetEnvironmentVariable("XCHAT_VECTORS") is { Length: > 0 } named
            ? named
            : Path.Combine(HouseRules.SourceTree.Root, "..", "shared", "vectors");

    /// <summary>The files of a kind, relative to the folder.</summary>
    public static TheoryData<string> Files(string folder, params string[] kinds)
    {
        string path = Path.Combine(Root, folder);
        string[] files = Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.json").Select(file => Path.GetFileName(file)!).Where(file => kinds.Any(file.StartsWith)).Order()]
            : [];
        return files.Length == 0
            ? [$"{folder}/{string.Join(", ", kinds.Select(kind => $"{kind}*.json"))}{Absent}"]
            : [.. files.Select(file => $"{folder}/{file}")];
    }

    /// <summary>Runs a check on each case of a file and reports every case that fails, by its index.</summary>
    public static void Check(string file, Func<JsonElement, bool> applies, Action<JsonElement> check)
    {
        using JsonDocument document = Open(file);
        JsonElement[] cases = document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray()] : [document.RootElement];
        int ran = 0;
        List<string> failures = [];
        for (int i = 0; i < cases.Length; i++)
        {
            if (!applies(cases[i]))
            {
                continue;
            }

            ran++;
            if (Record.Exception(() => check(cases[i])) is { } failure)
            {
                failures.Add($"case {i}: {failure}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {ran} of {cases.Length} cases apply");
        Assert.True(failures.Count == 0, $"{failures.Count} of {ran} cases failed. {failures.FirstOrDefault()}");
        Assert.True(ran > 0, "The file has no case that applies.");
    }

    /// <summary>MLS cases of a suite that is supported, or of none.</summary>
    public static void CheckMls(string file, Action<JsonElement> check) => Check(file, IsSupported, check);

    public static JsonDocument Open(string file)
    {
        Assert.SkipWhen(
            file.EndsWith(Absent, StringComparison.Ordinal),
            $"No such vectors in {Path.GetFullPath(Root)}: put them there, or set XCHAT_VECTORS to the folder that has them. Wanted: {file}.");
        return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, file)));
    }

    private static bool IsSupported(JsonElement item) =>
        !item.TryGetProperty("cipher_suite", out JsonElement suite) || suite.GetInt32() is 1 or 3;
}
