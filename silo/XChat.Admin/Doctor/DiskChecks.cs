namespace XChat.Admin.Doctor;

/// <summary>Room on the disks that can be seen from here: the database's, when it is on this machine, and those that were named.</summary>
internal static class DiskChecks
{
    private const string Check = "disk";

    public static async Task<IReadOnlyList<Finding>> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        long size = await patient.Diagnosis.ReadSizeAsync(cancellationToken);
        string? data = await patient.Diagnosis.ReadDataFolderAsync(cancellationToken);
        string[] folders = [.. patient.Folders, .. data is not null && Directory.Exists(data) ? [data] : Array.Empty<string>()];
        if (folders.Length == 0)
        {
            return [Finding.Advice(
                Check, $"The database takes {Megabytes(size)} on a machine that cannot be seen from here.",
                "Run the doctor there as well, or watch its disk: a full one stops every write.")];
        }

        return [.. folders.Distinct().Select(folder => Look(folder, size, patient.LeastFreeBytes))];
    }

    private static Finding Look(string folder, long size, long least)
    {
        if (!Directory.Exists(folder))
        {
            return Finding.Problem(Check, $"{folder} is no folder.", "Name a folder that there is.");
        }

        long free = new DriveInfo(folder).AvailableFreeSpace;
        return free < least
            ? Finding.Problem(
                Check, $"{Megabytes(free)} are free at {folder}, less than {Megabytes(least)}: when it is full every write stops.",
                "Free some room or enlarge the disk. What grows and what bounds it is in docs/operations.md, Retention.")
            : Finding.Fine(Check, $"{Megabytes(free)} are free at {folder}; the database takes {Megabytes(size)}.");
    }

    private static string Megabytes(long bytes) => $"{bytes >> 20} MB";
}
