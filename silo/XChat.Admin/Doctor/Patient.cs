using Npgsql;

using XChat.Storage.Diagnosis;

namespace XChat.Admin.Doctor;

/// <summary>What is examined.</summary>
/// <param name="Database">The server's database.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Address">Where clients connect; null when it was not named.</param>
/// <param name="RealmConfiguration">The file that frontends serve; null when it was not named.</param>
/// <param name="Folders">Folders whose disks have to have room.</param>
/// <param name="LeastFreeBytes">So much room.</param>
/// <param name="Time">The clock of this machine.</param>
/// <param name="ConnectAsync">Reaches the silos; null to leave them alone.</param>
internal sealed record Patient(
    NpgsqlDataSource Database,
    string Cluster,
    Uri? Address,
    string? RealmConfiguration,
    IReadOnlyList<string> Folders,
    long LeastFreeBytes,
    TimeProvider Time,
    Func<CancellationToken, Task<IGrainFactory>>? ConnectAsync = null)
{
    public DatabaseDiagnosis Diagnosis { get; } = new(Database);

    public RailDiagnosis Rails { get; } = new(Database);
}
