using XChat.Testing;

namespace XChat.FaultTests;

/// <summary>The short profile: the faults that a minute has room for, on real processes. The long one is the program itself (docs/faults.md).</summary>
public sealed class ShortProfileTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_doubled_or_reordered_when_processes_and_the_database_crash()
    {
        FaultReport report = await RunAsync("kill-silo", "kill-frontend", "crash-postgres", "lose-commit-reply", "cut-database");

        Assert.True(report.Violations.Count == 0, report.ToString());
        Assert.True(report.LostReplies > 0, report.ToString());
    }

    [Fact]
    public async Task A_silo_that_outlives_its_death_is_fenced_off_by_the_database()
    {
        FaultReport report = await RunAsync("freeze-silo");

        Assert.True(report.Violations.Count == 0, report.ToString());
        Assert.True(report.Fenced > 0, report.ToString());
    }

    [Fact]
    public async Task Nothing_is_lost_while_silos_of_two_versions_are_one_cluster_and_when_the_upgrade_is_taken_back()
    {
        FaultReport report = await RunAsync("upgrade", "upgrade");

        Assert.True(report.Violations.Count == 0, report.ToString());
        Assert.Equal(2, report.Faults["upgrade"]);
    }

    private static async Task<FaultReport> RunAsync(params string[] faults)
    {
        int seed = Environment.TickCount & 0xFFFFFF;
        List<string> said = [];
        FaultReport report = await new FaultRun(
            // No fault is left out because the machine is slow: each test looks for what one of its faults leaves behind.
            new FaultPlan { Seed = seed, Faults = faults, Cycles = faults.Length, AtMost = TestDeadlineAttribute.Deadline }, said.Add).RunAsync(Cancelled);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(Environment.NewLine, [.. said, report.ToString()]));
        return report;
    }
}
