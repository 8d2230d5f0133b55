using XChat.GrainInterfaces.Wallets;
using XChat.Storage.Diagnosis;

namespace XChat.Admin.Doctor;

/// <summary>The rails that money comes in and goes out by: whether they answer, are looked after and reconciled, and have the right kind of money.</summary>
internal static class RailChecks
{
    private const string Check = "rails";

    /// <summary>Breaks that are named; all are counted.</summary>
    private const int Named = 3;

    /// <summary>A silo looks every second and leaves a payment to another one for a minute.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <summary>A day and the morning after it.</summary>
    private static readonly TimeSpan Unread = TimeSpan.FromHours(36);

    public static async Task<IReadOnlyList<Finding>> StateAsync(Patient patient, CancellationToken cancellationToken)
    {
        DateTimeOffset now = await patient.Diagnosis.ReadClockAsync(cancellationToken);
        List<Finding> findings = [];
        IReadOnlyList<RailState> rails = await patient.Rails.ReadAsync(now - Late, cancellationToken);
        foreach (RailState rail in rails)
        {
            if (rail.Late > 0)
            {
                findings.Add(Finding.Problem(
                    Check, $"{rail.Late} payments over {rail.Rail} should have been looked after more than {Late.TotalMinutes:0} minutes ago.",
                    "See that silos run with this rail in their settings, and what they log about it; the sweep makes up for it by itself."));
            }

            if (rail.Contradicted > 0)
            {
                findings.Add(Finding.Problem(
                    Check, $"{rail.Rail} says of {rail.Contradicted} payments what cannot be true beside what was booked.",
                    "Run xchat-admin rails reconcile, decide with the rail who is right, and put wallets right by xchat-admin ledger correct; "
                    + "docs/money-rails.md, Reconciling."));
            }

            if (rail.OldestUnread is { } oldest && now - oldest > Unread)
            {
                findings.Add(Finding.Problem(
                    Check,
                    $"{rail.Unread} payments over {rail.Rail} were never compared with its statements, the oldest of {oldest:yyyy-MM-dd}; "
                    + (rail.LastDay is { } day ? $"the last statement read is of {day:yyyy-MM-dd}." : "no statement of a whole day was ever read."),
                    "Run xchat-admin rails reconcile every day."));
            }
        }

        string well = rails.Count == 0 ? "Nothing has moved over one yet." : $"{string.Join(", ", rails.Select(rail => rail.Rail))}: looked after.";
        return findings.Count > 0 ? findings : [Finding.Fine(Check, well)];
    }

    public static async Task<IReadOnlyList<Finding>> BreaksAsync(Patient patient, CancellationToken cancellationToken)
    {
        (IReadOnlyList<string> first, long count) = await patient.Rails.FindBreaksAsync(Named, cancellationToken);
        return count == 0
            ? [Finding.Fine(Check, "Books and statements of the days that are over say the same.")]
            : [Finding.Problem(
                Check, $"Books and statements of the days that are over differ in {count} payments: {string.Join("; ", first)}.",
                "Run xchat-admin rails reconcile, which names the kind of each and what to do about it; docs/money-rails.md, Reconciling.")];
    }

    public static async Task<IReadOnlyList<Finding>> AnswersAsync(Patient patient, CancellationToken cancellationToken)
    {
        // That no silo runs is another check's to say.
        if (patient.ConnectAsync is null || !(await patient.Diagnosis.ReadSilosAsync(patient.Cluster, cancellationToken)).Any(silo => silo.Active))
        {
            return [];
        }

        try
        {
            IRailDirectoryGrain directory = (await patient.ConnectAsync(cancellationToken)).RailDirectory();
            IReadOnlyList<RailDescription> rails = (await directory.List(new ListRails())).Rails;
            List<Finding> findings = [.. await KindsAsync(patient, rails, cancellationToken)];
            foreach (RailDescription rail in rails)
            {
                RailProbed probed = await directory.Probe(new ProbeRail(rail.Rail));
                findings.Add(probed.Status == ReconcileStatus.Done
                    ? Finding.Fine(Check, $"{rail.Rail} answers{(rail.PlayMoney ? "; its money is play money" : string.Empty)}.")
                    : Finding.Problem(
                        Check, $"{rail.Rail} does not answer ({probed.Status}).",
                        "Look at the rail's own status page, then at its address and key in the silos' settings (XChat:Rails); payments wait meanwhile."));
            }

            return findings;
        }
        catch (Exception problem) when (problem is AdminException or OrleansException or TimeoutException)
        {
            return [Finding.Advice(
                Check, $"The silos could not be asked about their rails: {problem.Message}",
                "Run this where the silos' addresses can be reached, with the xchat-admin of their version.")];
        }
    }

    private static async Task<IReadOnlyList<Finding>> KindsAsync(
        Patient patient, IReadOnlyList<RailDescription> rails, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        RailDescription[] real = [.. rails.Where(rail => !rail.PlayMoney)];
        HashSet<string> play = [.. rails.Where(rail => rail.PlayMoney).Select(rail => rail.Rail)];
        IReadOnlyList<RailState> states = await patient.Rails.ReadAsync(DateTimeOffset.MinValue, cancellationToken);
        string[] played = [.. states.Where(state => play.Contains(state.Rail) || state.TestMoney || state.Rail == "sim").Select(state => state.Rail)];
        if (real.Length > 0 && played.Length > 0)
        {
            findings.Add(Finding.Problem(
                Check, $"Wallets hold play money ({string.Join(", ", played)}), and {string.Join(", ", real.Select(rail => rail.Rail))} pays out real money.",
                "Take the rail of real money out of the silos' settings at once, and begin with an empty database for real money."));
        }

        if (real.Length == 0 && play.Count > 0 && await patient.Rails.HasJurisdictionsAsync(cancellationToken))
        {
            findings.Add(Finding.Advice(
                Check, $"People are under the rules of a jurisdiction, and the only money is play money ({string.Join(", ", play)}).",
                "If this is no rehearsal, put the live key of the rail into the settings of silos with a database that never saw play money."));
        }

        return findings;
    }
}
