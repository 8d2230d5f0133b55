namespace XChat.EmbeddedPostgres;

/// <summary>
/// Says when the disk runs full while the server runs: by then PostgreSQL refuses what it cannot store, and only clients would hear of it.
/// </summary>
internal sealed class SpaceWatch : IAsyncDisposable
{
    /// <summary>What PostgreSQL needs for its next log segments and a checkpoint.</summary>
    private const long LittleBytes = 64L << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly DriveInfo _drive;
    private readonly string _folder;
    private readonly Action<string> _notice;
    private readonly Timer _timer;
    private bool _said;

    public SpaceWatch(string folder, Action<string> notice)
    {
        (_folder, _notice, _drive) = (folder, notice, new DriveInfo(folder));
        _timer = new Timer(_ => Look(), state: null, Pause, Pause);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        long free;
        try
        {
            free = _drive.AvailableFreeSpace;
        }
        catch (IOException)
        {
            // The disk is gone, which the server says louder.
            return;
        }

        if (free < LittleBytes && !_said)
        {
            _notice($"The disk is almost full: {free >> 20} MB are free at {_folder}. What cannot be stored is refused; free some room.");
        }
        else if (free >= 2 * LittleBytes && _said)
        {
            _notice($"The disk has room again: {free >> 20} MB are free at {_folder}.");
        }

        _said = _said ? free < 2 * LittleBytes : free < LittleBytes;
    }
}
