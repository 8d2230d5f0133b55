namespace XChat.LocalCluster;

/// <summary>What can be said about a local cluster when it is started.</summary>
/// <param name="DataFolder">Where its database, keys and logs are kept between runs.</param>
/// <param name="Port">The first of its ports.</param>
/// <param name="Silos">Silos to begin with.</param>
/// <param name="Frontends">Frontends to begin with.</param>
internal sealed record ClusterOptions(string DataFolder, int Port, int Silos, int Frontends)
{
    public const string DefaultDataFolder = ".xchat-cluster";
    public const int DefaultSilos = 3;
    public const int DefaultFrontends = 2;
}
