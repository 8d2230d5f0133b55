using XChat.Storage;
using XChat.Storage.Diagnosis;
using XChat.Storage.Migrations;

namespace XChat.Admin.Doctor;

/// <summary>The database: whether it keeps what it acknowledged, has the schema, and is looked after.</summary>
internal static class DatabaseChecks
{
    private const string Settings = "database settings";
    private const string Schema = "migrations";

    /// <summary>PostgreSQL stops taking writes at two billion, and begins to clean up by force at 200 million.</summary>
    private const long OldTransactions = 1_000_000_000;

    private static readonly TimeSpan LongTransaction = TimeSpan.FromMinutes(30);

    public static async Task<IReadOnlyList<Finding>> DurabilityAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            await DatabaseRequirements.CheckAsync(patient.Database, cancellationToken);
            return [Finding.Fine(Settings, "The server is new enough, and what it acknowledges is on its disk.")];
        }
        catch (DatabaseRequirementException problem)
        {
            return [.. problem.Message.Split(Environment.NewLine).Select(line => line.Split(" Remedy: ") is [var what, var remedy]
                ? Finding.Problem(Settings, what, remedy)
                : Finding.Problem(Settings, line, "Upgrade the server."))];
        }
    }

    public static async Task<IReadOnlyList<Finding>> CareAsync(Patient patient, CancellationToken cancellationToken)
    {
        DatabaseDiagnosis diagnosis = patient.Diagnosis;
        List<Finding> findings = [];
        if (!await diagnosis.HasChecksumsAsync(cancellationToken))
        {
            findings.Add(Finding.Advice(
                Settings, "Pages have no checksums: a disk that changes bytes is noticed by nobody.",
                "Stop the server and run pg_checksums --enable, or make the next one with initdb --data-checksums."));
        }

        if (await diagnosis.ReadSettingAsync("archive_mode", cancellationToken) == "off")
        {
            findings.Add(Finding.Advice(
                Settings, "The write-ahead log is not archived: after a loss of the disk everything since the last backup is gone.",
                "Archive it (archive_mode, archive_command or pg_receivewal) or run a standby; docs/operations.md, Backup."));
        }

        if (await diagnosis.ReadSettingAsync("autovacuum", cancellationToken) != "on")
        {
            findings.Add(Finding.Problem(
                Settings, "autovacuum is off: tables grow without bound, and the server stops taking writes one day.",
                "ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf();"));
        }

        (long used, int most) = await diagnosis.ReadConnectionsAsync(cancellationToken);
        if (used > most * 0.8)
        {
            findings.Add(Finding.Problem(
                Settings, $"{used} of {most} connections are in use: the next silo may get none.",
                "Raise max_connections, or lower XChat:MaxDatabaseConnections of the silos."));
        }

        TimeSpan oldest = await diagnosis.ReadOldestTransactionAsync(cancellationToken);
        if (oldest > LongTransaction)
        {
            findings.Add(Finding.Advice(
                Settings, $"A transaction has been open for {oldest.TotalMinutes:0} minutes: nothing that was deleted since can be cleaned up.",
                "Find it in pg_stat_activity by xact_start, and end it with pg_terminate_backend if it was forgotten."));
        }

        if (await diagnosis.ReadTransactionAgeAsync(cancellationToken) > OldTransactions)
        {
            findings.Add(Finding.Problem(
                Settings, "Half of the transaction numbers are used up: at the end of them the server stops taking writes.",
                "Run VACUUM (FREEZE) and find out what keeps autovacuum from it."));
        }

        return findings.Count > 0 ? findings : [Finding.Fine(Settings, $"Looked after; {used} of {most} connections are in use.")];
    }

    public static async Task<IReadOnlyList<Finding>> MigrationsAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            int missing = await new MigrationRunner(patient.Database).CountMissingAsync(cancellationToken);
            return missing == 0
                ? [Finding.Fine(Schema, "All of this version are applied.")]
                : [Finding.Problem(Schema, $"{missing} of this version are not applied.", "Run xchat-admin migrate, or start a silo of this version.")];
        }
        catch (MigrationException problem)
        {
            return [Finding.Problem(Schema, problem.Message, "Use the xchat-admin of the silos' version; if that says the same, restore a backup.")];
        }
    }

    public static async Task<IReadOnlyList<Finding>> BacklogsAsync(Patient patient, CancellationToken cancellationToken)
    {
        const string Check = "queues";
        const long Many = 10_000;
        Backlog[] full = [.. (await patient.Diagnosis.ReadBacklogsAsync(cancellationToken)).Where(queue => queue.Waiting > Many)];
        return full.Length == 0
            ? [Finding.Fine(Check, "Nothing has piled up.")]
            : [.. full.Select(queue => Finding.Problem(
                Check, $"{queue.Waiting} {queue.Name}.", "See that silos run and what they log; the queue is worked off by itself when they can."))];
    }
}
