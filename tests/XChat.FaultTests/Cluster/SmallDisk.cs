namespace XChat.FaultTests.Cluster;

/// <summary>A disk that is small enough to be filled: a tmpfs of its own. Needs Linux and the right to mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Size = "1536m";

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
        return await Tool.TryAsync("mount", "-t", "tmpfs", "-o", $"size={Size},mode=0755", "tmpfs", folder) is { } problem
            ? throw new InvalidOperationException(problem)
            : new SmallDisk(folder);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (await Tool.TryAsync("umount", _folder) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
