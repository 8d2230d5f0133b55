namespace XChat.EmbeddedPostgres;

/// <summary>A full disk is the one failure whose own message is seldom understood, so it is looked for beforehand and afterwards.</summary>
internal static class FreeSpace
{
    // A new cluster takes 40 MB and its first log segments 32 MB; below that PostgreSQL fails somewhere in the middle.
    private const long NewClusterBytes = 128L << 20;
    private const long StartBytes = 32L << 20;

    /// <exception cref="EmbeddedPostgresException">The disk has too little room to start.</exception>
    public static void Require(ServerFolder folder)
    {
        if (Shortage(folder) is { } shortage)
        {
            throw new EmbeddedPostgresException(shortage);
        }
    }

    /// <summary>Says that the disk has too little room for a start; null if it has enough.</summary>
    public static string? Shortage(ServerFolder folder)
    {
        long needed = folder.ClusterVersion is null ? NewClusterBytes : StartBytes;
        long free = new DriveInfo(folder.Root).AvailableFreeSpace;
        return free < needed
            ? $"The disk is full: {free >> 20} MB are free at {folder.Root}, PostgreSQL needs {needed >> 20} MB to start. "
                + "Free some room, or name a folder on another disk with --data."
            : null;
    }

    /// <summary>Puts the plain cause in front of a message in which PostgreSQL reports it.</summary>
    public static string Explain(string message) => SaysFull(message) ? $"The disk is full. {message}" : message;

    public static bool IsFull(IOException problem) => SaysFull(problem.Message);

    private static bool SaysFull(string message) => message.Contains("No space left on device", StringComparison.Ordinal);
}
