using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace XChat.UnitTests.HouseRules;

/// <summary>Small files, one concept each; functions that fit on a screen.</summary>
public sealed class SizeRules
{
    private const int FileLines = 400;
    private const int GrainFileLines = 300;
    private const int FunctionLines = 70;
    private const int LineLength = 160;

    [Fact]
    public void No_file_is_longer_than_one_concept_needs()
    {
        IEnumerable<string> tooLong = SourceTree.Files(".cs")
            .Select(path => (Path: path, Lines: SourceTree.Read(path).AsSpan().Count('\n')))
            .Where(file => file.Lines > (IsGrain(file.Path) ? GrainFileLines : FileLines))
            .Select(file => $"{file.Path}: {file.Lines} lines");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_function_is_longer_than_a_screen()
    {
        IEnumerable<string> tooLong =
            from path in SourceTree.Files(".cs")
            from function in SourceTree.Parse(path).DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax)
            let lines = Lines(function)
            where lines > FunctionLines
            select $"{path}: {Name(function)} has {lines} lines";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_line_is_too_long_to_read()
    {
        IEnumerable<string> tooLong =
            from path in SourceTree.Files(".cs")
            from line in SourceTree.Read(path).Split('\n').Index()
            where line.Item.Length > LineLength
            select $"{path}:{line.Index + 1} has {line.Item.Length} characters";

        Assert.Empty(tooLong);
    }

    private static bool IsGrain(string path) =>
        path.StartsWith("grains/XChat.Grains/", StringComparison.Ordinal) && path.Contains("Grain.", StringComparison.Ordinal);

    private static int Lines(SyntaxNode function)
    {
        FileLinePositionSpan span = function.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string Name(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        _ => "constructor or operator",
    };
}
