namespace XChat.Grains.GroupCommit;

/// <summary>
/// One activation's view of what it owns since it last loaded it. Each chunk is decided on the assumption that those before it are durable, so
/// after the first that is not, the lane drops the rest of that view unseen.
/// </summary>
public sealed class CommitFence
{
    private volatile bool _broken;

    public bool Broken => _broken;

    /// <summary>The last batch with a chunk of this view: one batch holds at most one.</summary>
    internal long Batch { get; set; }

    internal void Break() => _broken = true;
}
