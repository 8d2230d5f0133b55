using XChat.Storage.Diagnosis;

namespace XChat.Admin.Doctor;

/// <summary>The clocks of this machine, the database and the silos against each other. Sessions, timers and payments end by them.</summary>
internal static class ClockChecks
{
    private const string Check = "clocks";

    /// <summary>Clients' statements are taken from two minutes off on; half of that is left to the clients.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    /// <summary>A silo says that it lives every five seconds.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(60);

    private const string Fix = "Run a time service (chrony, systemd-timesyncd) on every machine, and look at what it says (chronyc tracking).";

    public static async Task<IReadOnlyList<Finding>> ThisMachineAsync(Patient patient, CancellationToken cancellationToken)
    {
        DateTimeOffset before = patient.Time.GetUtcNow();
        DateTimeOffset database = await patient.Diagnosis.ReadClockAsync(cancellationToken);
        DateTimeOffset after = patient.Time.GetUtcNow();
        TimeSpan skew = database < before ? before - database : database > after ? database - after : TimeSpan.Zero;
        return skew > Most
            ? [Finding.Problem(Check, $"The database's clock and this machine's are {skew.TotalSeconds:0.#} s apart.", Fix)]
            : [Finding.Fine(Check, "The database's clock and this machine's agree.")];
    }

    public static async Task<IReadOnlyList<Finding>> SilosAsync(Patient patient, CancellationToken cancellationToken)
    {
        const string Silos = "silos";
        IReadOnlyList<ListedSilo> active = [.. (await patient.Diagnosis.ReadSilosAsync(patient.Cluster, cancellationToken)).Where(silo => silo.Active)];
        if (active.Count == 0)
        {
            return [Finding.Problem(Silos, $"No silo of cluster \"{patient.Cluster}\" is running.", "Start one, or name the cluster with --cluster.")];
        }

        DateTimeOffset now = await patient.Diagnosis.ReadClockAsync(cancellationToken);
        List<Finding> findings = [];
        foreach (ListedSilo silo in active)
        {
            if (silo.SaidAlive - now > Most)
            {
                findings.Add(Finding.Problem(
                    Check, $"The clock of silo {silo.Address} is {(silo.SaidAlive - now).TotalSeconds:0} s ahead of the database's.", Fix));
            }
            else if (now - silo.SaidAlive > Silent)
            {
                findings.Add(Finding.Problem(
                    Silos, $"Silo {silo.Address} counts as a member and has not said for {(now - silo.SaidAlive).TotalSeconds:0} s that it lives.",
                    "If it is dead the others vote it out within seconds, and a lone one takes its own entry out at its next start. "
                    + "If it runs, its clock is behind or it does not reach the database."));
            }
        }

        return findings.Count > 0 ? findings : [Finding.Fine(Silos, $"{active.Count} are running.")];
    }
}
