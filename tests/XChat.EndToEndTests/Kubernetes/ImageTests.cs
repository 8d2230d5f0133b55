using System.Text.RegularExpressions;

using XChat.Testing.Processes;

using YamlDotNet.RepresentationModel;

namespace XChat.EndToEndTests.Kubernetes;

/// <summary>The Dockerfiles and the compose file name what there is, and run nothing as root. No container engine is needed, and none has built them.</summary>
public sealed partial class ImageTests
{
    private static readonly string Folder = Path.Combine(ProjectOutput.Root, "deploy", "images");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Roles => [.. Directory.EnumerateFiles(Folder, "*.Dockerfile").Select(path => Path.GetFileNameWithoutExtension(path)!)];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task An_image_is_pinned_built_in_stages_and_runs_a_program_that_there_is_without_rights(string role)
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Folder, $"{role}.Dockerfile"), Cancelled);
        string[] bases = [.. lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal))];
        string project = Publish().Match(string.Join('\n', lines)).Groups[1].Value;
        string program = Entry().Match(lines[^1]).Groups[1].Value;

        Assert.Equal(2, bases.Length);
        Assert.All(bases, image => Assert.Matches(@":\d+\.\d+\.\d+-", image));
        Assert.EndsWith(" AS build", bases[0], StringComparison.Ordinal);
        Assert.Contains("USER 1654:1654", lines);
        Assert.Contains(lines, line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal));
        Assert.True(File.Exists(ProjectOutput.Of(project, program)));
    }

    [Fact]
    public async Task What_a_container_asks_about_its_health_is_answered()
    {
        foreach (string role in new[] { "silo", "frontend", "realm" })
        {
            string dockerfile = await File.ReadAllTextAsync(Path.Combine(Folder, $"{role}.Dockerfile"), Cancelled);
            string program = Health().Match(dockerfile).Groups[1].Value;
            await using TestProcess asked = TestProcess.StartDotnet(
                ProjectOutput.Of(Publish().Match(dockerfile).Groups[1].Value, program), ["health", "--url", $"http://127.0.0.1:{FreePort.Next()}/health/live"]);

            Assert.Equal(1, await asked.WaitForExitAsync(Cancelled));
            Assert.Contains("does not answer", asked.Transcript(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_compose_file_is_hardened_waits_for_what_it_needs_and_sets_what_is_read()
    {
        YamlStream stream = [];
        using StreamReader reader = File.OpenText(Path.Combine(Folder, "compose.yaml"));
        stream.Load(reader);
        YamlMappingNode services = (YamlMappingNode)stream.Documents[0].RootNode["services"];
        YamlNode hardened = stream.Documents[0].RootNode["x-hardened"];

        Assert.Equal("true", Text(hardened["read_only"]));
        Assert.Equal(["ALL"], ((YamlSequenceNode)hardened["cap_drop"]).Select(Text));
        foreach (string name in new[] { "silo", "frontend" })
        {
            YamlMappingNode service = (YamlMappingNode)services[name];
            Assert.Same(hardened, service["<<"]);
            Assert.True(File.Exists(Path.Combine(ProjectOutput.Root, Text(service["build"]["dockerfile"]))));
            Assert.All((YamlMappingNode)service["environment"], variable => Assert.True(ProductSettings.AreRead(Text(variable.Key)), Text(variable.Key)));
            Assert.All((YamlMappingNode)service["depends_on"], needed => Assert.Equal("service_healthy", Text(needed.Value["condition"])));
        }

        Assert.Equal("true", Text(stream.Documents[0].RootNode["networks"]["inside"]["internal"]));
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex(@"dotnet publish (\S+) ")]
    private static partial Regex Publish();

    [GeneratedRegex("""ENTRYPOINT \["dotnet", "(.+)\.dll"\]""")]
    private static partial Regex Entry();

    [GeneratedRegex("""HEALTHCHECK .* CMD \["dotnet", "(.+)\.dll", "health",""")]
    private static partial Regex Health();
}
