using System.Xml.Linq;

namespace XChat.UnitTests.HouseRules;

/// <summary>Who may refer to whom; the picture is in ARCHITECTURE.md.</summary>
public sealed class ReferenceRules
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["XChat.Protocol"] = [],
        ["XChat.Crypto"] = [],
        ["XChat.PushStreams"] = [],
        ["XChat.EmbeddedPostgres"] = [],
        ["XChat.Hosting"] = [],
        ["XChat.GrainInterfaces"] = ["XChat.Protocol"],
        ["XChat.Grains"] = ["XChat.GrainInterfaces", "XChat.Protocol", "XChat.Crypto"],
        ["XChat.Storage"] = ["XChat.Grains"],
        ["XChat.Rails"] = ["XChat.Grains"],
        ["XChat.Silo"] = ["XChat.Grains", "XChat.Storage", "XChat.Rails", "XChat.PushStreams", "XChat.Hosting"],
        ["XChat.Admin"] = ["XChat.GrainInterfaces", "XChat.Storage", "XChat.Protocol"],
        ["XChat.Realm"] = ["XChat.Silo", "XChat.Frontend"],
        ["XChat.Frontend"] = ["XChat.GrainInterfaces", "XChat.Protocol", "XChat.Crypto", "XChat.PushStreams", "XChat.Hosting"],
        ["XChat.Client"] = ["XChat.Protocol", "XChat.Crypto"],
        ["XChat.Cli"] = ["XChat.Client"],
        ["cluster"] = ["XChat.Silo", "XChat.Realm", "XChat.Frontend", "XChat.EmbeddedPostgres", "XChat.RailSim"],
        // Another party's program: of ours it has the signatures of webhooks alone.
        ["XChat.RailSim"] = ["XChat.Crypto", "XChat.Hosting"],
        ["standalone"] = ["XChat.Silo", "XChat.Frontend", "XChat.EmbeddedPostgres", "XChat.RailSim"],
    };

    [Fact]
    public void Every_product_project_refers_only_to_those_it_may()
    {
        List<string> wrong = [];
        foreach (string project in SourceTree.Files(".csproj").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal)))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            if (!Allowed.TryGetValue(name, out string[]? allowed))
            {
                wrong.Add($"{name} has no row in this table: decide what it may refer to.");
                continue;
            }

            wrong.AddRange(ReferencesOf(project).Except(allowed).Select(other => $"{name} refers to {other}."));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_product_project_refers_to_a_test_project()
    {
        string[] tests = [.. SourceTree.Files(".csproj").Where(path => path.StartsWith("tests/", StringComparison.Ordinal)).Select(Name)];

        Assert.DoesNotContain(
            SourceTree.Files(".csproj").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal)),
            path => ReferencesOf(path).Intersect(tests).Any());
    }

    [Theory]
    [InlineData("client/", "Microsoft.Orleans")]
    [InlineData("protocol/", "Microsoft.Orleans")]
    [InlineData("frontend/", "Npgsql")]
    [InlineData("grains/XChat.Grains/", "Npgsql")]
    [InlineData("grain-interfaces/", "Npgsql")]
    public void A_layer_never_takes_a_package_of_another(string folder, string package)
    {
        IEnumerable<string> packages = SourceTree.Files(".csproj")
            .Where(path => path.StartsWith(folder, StringComparison.Ordinal))
            .SelectMany(CompiledAgainst);

        Assert.DoesNotContain(packages, name => name.StartsWith(package, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = SourceTree.Read("XChat.sln").Replace('\\', '/');

        Assert.DoesNotContain(SourceTree.Files(".csproj"), project => !solution.Contains(project, StringComparison.Ordinal));
    }

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    private static IEnumerable<string> ReferencesOf(string project) => Items(project, "ProjectReference").Select(path => Name(path.Replace('\\', '/')));

    /// <summary>A package that is only there to be loaded at run time cannot be called by the project's code.</summary>
    private static IEnumerable<string> CompiledAgainst(string project) =>
        Elements(project, "PackageReference").Where(element => (string?)element.Attribute("IncludeAssets") != "runtime").Select(Included);

    private static IEnumerable<string> Items(string project, string item) => Elements(project, item).Select(Included);

    private static IEnumerable<XElement> Elements(string project, string item) => XDocument.Parse(SourceTree.Read(project)).Descendants(item);

    private static string Included(XElement element) => (string?)element.Attribute("Include") ?? string.Empty;
}
