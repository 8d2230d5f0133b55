using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace XChat.UnitTests.HouseRules;

/// <summary>Names say what a thing is in the field's own words; catch-all names and unfinished work have no place.</summary>
public sealed class NameRules
{
    private static readonly string[] CatchAllFolders = ["Services", "Models", "Helpers", "Utils", "Utilities", "Common", "Misc", "Shared"];
    private static readonly string[] CatchAllSuffixes = ["Helper", "Helpers", "Utils", "Utility", "Manager", "Impl"];

    [Fact]
    public void No_folder_is_a_catch_all()
    {
        Assert.DoesNotContain(SourceTree.Files(".cs"), path => path.Split('/').SkipLast(1).Intersect(CatchAllFolders).Any());
    }

    [Fact]
    public void No_type_is_a_catch_all()
    {
        IEnumerable<string> wrong =
            from path in SourceTree.Files(".cs")
            from type in SourceTree.Parse(path).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            where CatchAllSuffixes.Any(suffix => type.Identifier.Text.EndsWith(suffix, StringComparison.Ordinal))
               && type.Identifier.Text != "ChatHubLifetimeManager"
            select $"{path}: {type.Identifier.Text}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        string[] markers = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];
        IEnumerable<string> wrong =
            from path in SourceTree.Files(".cs").Concat(SourceTree.Files(".sql")).Concat(SourceTree.Files(".sh"))
            let text = SourceTree.Read(path)
            from marker in markers
            where text.Contains(marker, StringComparison.Ordinal)
            select $"{path}: {marker}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Grains_are_reached_only_through_typed_references()
    {
        IEnumerable<string> wrong =
            from path in SourceTree.Files(".cs")
            where !path.StartsWith("tests/", StringComparison.Ordinal) && !path.StartsWith("grains/XChat.PushStreams/", StringComparison.Ordinal)
               && !path.EndsWith("GrainFactoryExtensions.cs", StringComparison.Ordinal)
            from call in SourceTree.Parse(path).DescendantNodes().OfType<GenericNameSyntax>()
            where call.Identifier.Text == "GetGrain"
            select path;

        Assert.Empty(wrong);
    }

    [Fact]
    public void Log_lines_are_declared_once_with_constant_templates()
    {
        string[] direct = ["LogTrace", "LogDebug", "LogInformation", "LogWarning", "LogError", "LogCritical"];
        IEnumerable<string> wrong =
            from path in SourceTree.Files(".cs").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal))
            from access in SourceTree.Parse(path).DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            where direct.Contains(access.Name.Identifier.Text)
            select $"{path}: {access.Name.Identifier.Text}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_page_has_exactly_one_title()
    {
        IEnumerable<string> wrong =
            from path in SourceTree.Files(".md")
            let titles = TitlesOutsideCode(SourceTree.Read(path))
            where titles != 1
            select $"{path}: {titles} titles";

        Assert.Empty(wrong);
    }

    private static int TitlesOutsideCode(string page)
    {
        bool code = false;
        int titles = 0;
        foreach (string line in page.Split('\n'))
        {
            code ^= line.StartsWith("```", StringComparison.Ordinal);
            titles += !code && line.StartsWith("# ", StringComparison.Ordinal) ? 1 : 0;
        }

        return titles;
    }
}
