namespace XChat.FaultTests.Cluster;

/// <summary>A disk that is small enough to be filled: a tmpfs of its own. Needs Linux and the right to mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const long Megabytes = 1536;

    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "a tmpfs is Linux's";
        }

        string folder = Directory.CreateTempSubdirectory("xchat-mount-").FullName;
        string? problem = await Tool.TryAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
        if (problem is null)
        {
            _ = await Tool.TryAsync("umount", folder);
        }

        Directory.Delete(folder);
        return problem is null ? null : $"no tmpfs can be mounted here ({problem})";
    }

    /// <summary>Mounts one on a folder, which is made.</summary>
    public static async Task<SmallDisk> MountAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        return await Tool.TryAsync("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m,mode=0755", "tmpfs", folder) is { } problem
            ? throw new InvalidOperationException(problem)
            : new SmallDisk(folder);
    }

    /// <summary>Whether a folder is on a disk as small as this: whatever else is on a larger one shall not be filled.</summary>
    public static bool Has(string folder) => new DriveInfo(folder).TotalSize <= Megabytes << 20;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (await Tool.TryAsync("umount", _folder) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
