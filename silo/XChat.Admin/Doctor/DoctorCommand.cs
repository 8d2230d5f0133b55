using System.CommandLine;

using Npgsql;

namespace XChat.Admin.Doctor;

/// <summary><c>xchat-admin doctor</c>: looks at everything that goes wrong quietly, and says what to do about it.</summary>
internal static class DoctorCommand
{
    private const int DefaultLeastFreeMegabytes = 2_048;

    /// <summary>Silos that are there let somebody in within a second or two. Those that cannot be reached must not keep the findings back.</summary>
    private static readonly TimeSpan SilosPatience = TimeSpan.FromSeconds(5);

    /// <summary>In the order in which they are said: what keeps the others from being asked comes first.</summary>
    private static readonly (string Name, bool Long, Func<Patient, CancellationToken, Task<IReadOnlyList<Finding>>> RunAsync)[] Checks =
    [
        ("database settings", false, DatabaseChecks.DurabilityAsync),
        ("database settings", false, DatabaseChecks.CareAsync),
        ("migrations", false, DatabaseChecks.MigrationsAsync),
        ("clocks", false, ClockChecks.ThisMachineAsync),
        ("silos", false, ClockChecks.SilosAsync),
        ("certificate", false, CertificateChecks.RunAsync),
        ("key ages", false, KeyChecks.SigningKeysAsync),
        ("realms", false, KeyChecks.RealmsAsync),
        ("disk", false, DiskChecks.RunAsync),
        ("queues", false, DatabaseChecks.BacklogsAsync),
        ("rails", false, RailChecks.StateAsync),
        ("rails", false, RailChecks.AnswersAsync),
        ("rails", true, RailChecks.BreaksAsync),
        ("ledger", true, BookChecks.LedgerAsync),
        ("key log", true, BookChecks.KeyLogAsync),
    ];

    public static Command Create(AdminFlags flags)
    {
        Option<string?> url = new("--url") { Description = "Where clients connect, such as https://chat.example.org: looks at its certificate." };
        Option<string?> realms = new("--realms") { Description = "The realm configuration that the frontends serve.", HelpName = "FILE" };
        Option<string[]> disks = new("--disk") { Description = "A folder whose disk has to have room; several times for several.", HelpName = "FOLDER" };
        Option<int> free = new("--free-mb")
        {
            Description = $"So much room in megabytes. Default: {DefaultLeastFreeMegabytes}.",
            DefaultValueFactory = _ => DefaultLeastFreeMegabytes,
        };
        Option<bool> quick = new("--quick") { Description = "Leave out what reads whole tables: the ledger, what moved over rails and the key log." };
        Command doctor = new(
            "doctor",
            "Examines configuration, database, clocks, certificate, keys, disks, rails and books, and says how to put right what is wrong. "
            + "Exit code 2: a problem.")
        {
            url, realms, disks, free, quick,
        };
        flags.Run(doctor, async (parsed, session, cancellationToken) =>
        {
            Patient patient = new(
                session.Database, session.Cluster, Address(parsed.GetValue(url)), parsed.GetValue(realms), parsed.GetValue(disks) ?? [],
                (long)parsed.GetValue(free) << 20, TimeProvider.System, async token => await session.ConnectAsync(token, SilosPatience));
            IReadOnlyList<Finding> findings = await ExamineAsync(patient, parsed.GetValue(quick), cancellationToken);
            session.Output.List(
                findings, "Nothing was looked at.", ["", "check", "found"], finding => [Mark(finding.Level), finding.Check, Describe(finding)]);
            return findings.Any(finding => finding.Level == FindingLevel.Problem) ? AdminExit.Refused : AdminExit.Done;
        });
        return doctor;
    }

    /// <summary>Runs the checks beside each other, so that what waits for an answer keeps nothing up. One that cannot be run is a finding as well.</summary>
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, bool quick, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding>[] findings = await Task.WhenAll(
            Checks.Where(check => !quick || !check.Long).Select(check => RunAsync(check.Name, check.RunAsync, patient, cancellationToken)));
        return [.. findings.SelectMany(some => some)];
    }

    private static async Task<IReadOnlyList<Finding>> RunAsync(
        string name, Func<Patient, CancellationToken, Task<IReadOnlyList<Finding>>> runAsync, Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            return await runAsync(patient, cancellationToken);
        }
        catch (NpgsqlException problem)
        {
            return
            [
                Finding.Problem(
                    name, $"It could not be looked at: {problem.Message}", "See that the database answers and that --postgres names its owner's role."),
            ];
        }
    }

    private static Uri? Address(string? url) => url is null ? null
        : Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address
        : throw new AdminException($"--url is \"{url}\": give the address that clients use, such as https://chat.example.org");

    private static string Describe(Finding finding) => finding.Fix.Length == 0 ? finding.Text : $"{finding.Text} FIX: {finding.Fix}";

    private static string Mark(FindingLevel level) => level switch
    {
        FindingLevel.Fine => "ok",
        FindingLevel.Advice => "advice",
        _ => "PROBLEM",
    };
}
