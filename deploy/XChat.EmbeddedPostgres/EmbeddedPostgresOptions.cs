namespace XChat.EmbeddedPostgres;

/// <summary>Where an embedded server keeps its data, and how large it may grow.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>Created if missing; everything the server needs to come back with nothing lost is below it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Default: 200. Each connection costs the server some megabytes when it is busy.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>Default: an eighth of the memory, 1024 MB at most, which leaves most of a small machine to the operating system's cache.</summary>
    public int SharedBuffersMegabytes { get; init; } =
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (8 << 20), 128, 1024);

    /// <summary>Default: false. For data that live as long as a test: the new files are not forced to disk before the first start.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Receives the rare line that a person should know, such as data that had to go to another folder.</summary>
    public Action<string> Notice { get; init; } = static _ => { };
}
