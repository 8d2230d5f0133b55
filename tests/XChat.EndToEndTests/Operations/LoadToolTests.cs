using System.Text.Json;

using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Operations;

/// <summary>
/// The load tool writes into tables by itself where a past has to be long, so a new rule of the database can take it the ground away. What it measures is
/// nothing for a test; that it gets to the end, and that the ledger it has written is in order, is.
/// </summary>
public sealed class LoadToolTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("page of 50, 1 caller", "statement", "--entries", "3000", "--seconds", "1", "--rounds", "1")]
    [InlineData("red packet: 1000 openers at once", "redpacket", "--rounds", "1")]
    [InlineData("transfer: all to one, 32 callers", "transfer", "--accounts", "1000", "--seconds", "1", "--rounds", "1", "--only", "all to one, 32")]
    public async Task What_the_documents_measure_with_runs_to_its_end(string part, params string[] arguments)
    {
        await using TestProcess process = TestProcess.StartDotnet(ProjectOutput.Of("tests/XChat.Load", "XChat.Load"), [.. arguments, "--json"]);

        Assert.Equal(0, await process.WaitForExitAsync(Cancelled, TimeSpan.FromMinutes(3)));
        using JsonDocument report = JsonDocument.Parse(string.Join('\n', process.Output));
        Assert.Contains(part, report.RootElement.ToString(), StringComparison.Ordinal);
    }
}
