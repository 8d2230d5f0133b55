using System.Reflection;
using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis.CSharp.Syntax;

using XChat.Protocol;
using XChat.Protocol.Delivery;

namespace XChat.UnitTests.HouseRules;

/// <summary>The pages that others write clients by name everything that there is, and nothing else.</summary>
public sealed partial class PageRules
{
    /// <summary>Numbers were given as statuses came; these came later and stand elsewhere in the order.</summary>
    private const string OutOfNumber = "WalletStatus";

    /// <summary>What the schema itself consists of.</summary>
    private static readonly string[] Fixed = ["schema_migration", "orleansquery"];

    [Theory]
    [InlineData("docs/protocol.md", typeof(IChatHub))]
    [InlineData("docs/protocol.md", typeof(IChatClient))]
    [InlineData("docs/guarantees.md", typeof(IChatHub))]
    public void Every_call_is_on_the_page(string page, Type calls)
    {
        string text = SourceTree.Read(page);

        Assert.DoesNotContain(calls.GetMethods(), method => !text.Contains($"`{method.Name}`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("docs/protocol.md")]
    [InlineData("docs/guarantees.md")]
    public void Every_endpoint_is_on_the_page(string page)
    {
        string text = SourceTree.Read(page);
        IEnumerable<string> paths = typeof(Routes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!).Append("/v1/realms/");

        Assert.DoesNotContain(paths, path => !text.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_on_the_page_about_tests_is_a_test()
    {
        string page = SourceTree.Read("docs/testing.md");
        string test = SourceTree.Read("tests/XChat.ClusterTests/Conversations/GreetingTests.cs");

        Assert.Contains($"```csharp\n{test[test.IndexOf("public sealed class", StringComparison.Ordinal)..]}```", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_for_operators_says_of_every_table_what_bounds_it()
    {
        string page = SourceTree.Read("docs/operations.md");
        IEnumerable<string> tables =
            from path in SourceTree.Files(".sql")
            where path.StartsWith("grains/XChat.Storage/", StringComparison.Ordinal)
            from Match table in Table().Matches(SourceTree.Read(path))
            select table.Groups[1].Value;

        Assert.DoesNotContain(tables.Except(Fixed), table => !page.Contains($"`{table}`", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_status_is_on_its_page_in_its_order_with_what_the_code_says_of_it()
    {
        Dictionary<string, List<string>> page = [];
        foreach (string line in SourceTree.Read("docs/statuses.md").Split('\n'))
        {
            if (Section().Match(line) is { Success: true } section)
            {
                page.Add(section.Groups[1].Value, []);
            }
            else if (Row().IsMatch(line))
            {
                page.Values.Last().Add(line);
            }
        }

        Dictionary<string, string[]> code = Statuses().ToDictionary(status => status.Identifier.Text, status => status.Members.Skip(1).Select(RowOf).ToArray());
        Assert.Equal(code.Keys.Order(StringComparer.Ordinal), page.Keys.Order(StringComparer.Ordinal));
        Assert.All(code, status => Assert.Equal(InOrder(status.Key, status.Value), InOrder(status.Key, page[status.Key])));
    }

    private static IEnumerable<string> InOrder(string status, IEnumerable<string> rows) => status == OutOfNumber ? rows.Order(StringComparer.Ordinal) : rows;

    private static IEnumerable<EnumDeclarationSyntax> Statuses() =>
        from path in SourceTree.Files(".cs")
        where path.StartsWith("protocol/XChat.Protocol/", StringComparison.Ordinal)
        from status in SourceTree.Parse(path).DescendantNodes().OfType<EnumDeclarationSyntax>()
        where status.Identifier.Text.EndsWith("Status", StringComparison.Ordinal)
        select status;

    private static string RowOf(EnumMemberDeclarationSyntax member)
    {
        string text = Comment().Replace(member.GetLeadingTrivia().ToFullString(), " ");
        text = Tag().Replace(Code().Replace(Reference().Replace(text, "`$1`"), "`$1`"), string.Empty);
        return $"| {member.EqualsValue!.Value} | `{member.Identifier.Text}` | {Space().Replace(text, " ").Trim()} |";
    }

    [GeneratedRegex(@"^## (\w+Status)$")]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| \d+ \| `\w+` \| .* \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"^CREATE TABLE (?:IF NOT EXISTS )?(\w+)", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"\s*///\s*")]
    private static partial Regex Comment();

    [GeneratedRegex("""<see cref="(?:\w+\.)*(\w+)"\s*/>""")]
    private static partial Regex Reference();

    [GeneratedRegex("<c>(.*?)</c>")]
    private static partial Regex Code();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
