using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Operations;

/// <summary>Help is what people paste into questions: it has nothing in it that the environment holds secret.</summary>
public sealed class HelpTests
{
    private const string Secret = "a-password-of-the-environment";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("silo/XChat.Admin", "xchat-admin")]
    [InlineData("silo/XChat.Silo", "XChat.Silo")]
    [InlineData("silo/XChat.Realm", "xchat-realm")]
    [InlineData("frontend/XChat.Frontend", "XChat.Frontend")]
    [InlineData("deploy/standalone", "xchat-standalone")]
    [InlineData("deploy/XChat.RailSim", "xchat-rail-sim")]
    public async Task No_program_shows_a_password_of_its_environment_in_its_help(string project, string program)
    {
        Dictionary<string, string?> environment = new()
        {
            ["XCHAT_POSTGRES"] = $"Host=db;Username=xchat;Database=xchat;Password={Secret}",
            ["XCHAT_RAIL_SIM_KEY"] = Secret,
            ["XCHAT_RAIL_SIM_SECRETS"] = Secret,
        };
        await using TestProcess process = TestProcess.StartDotnet(ProjectOutput.Of(project, program), ["--help"], environment);

        Assert.Equal(0, await process.WaitForExitAsync(Cancelled, TimeSpan.FromSeconds(60)));
        Assert.Contains(process.Output, line => line.Contains("[XCHAT_POSTGRES]", StringComparison.Ordinal));
        Assert.DoesNotContain(process.Output.Concat(process.Error), line => line.Contains(Secret, StringComparison.Ordinal));
    }
}
