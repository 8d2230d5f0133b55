using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace XChat.UnitTests.HouseRules;

/// <summary>The project's own files, as the house rules read them: no build output, no packages.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", ".git", "artifacts", "TestResults", "dist", ".xchat"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files(string extension) =>
        [.. Walk(Root).Where(path => path.EndsWith(extension, StringComparison.Ordinal)).Select(Relative).Order(StringComparer.Ordinal)];

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    public static SyntaxNode Parse(string relative) =>
        CSharpSyntaxTree.ParseText(Read(relative), cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            yield return file;
        }

        foreach (string child in Directory.EnumerateDirectories(folder).Where(child => !NotOurs.Contains(Path.GetFileName(child))))
        {
            foreach (string file in Walk(child))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "XChat.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("XChat.sln is in no folder above the test's own: run the tests from a checkout.");
    }
}
