namespace XChat.Grains.Accounts;

/// <summary>How many mailboxes this silo holds: whoever opens one needs no account, so there is an end to them.</summary>
public sealed class LinkMailboxBudget
{
    /// <summary>Each takes some 10 KB at most for some minutes.</summary>
    private const int Most = 10_000;

    private int _open;

    /// <summary>Whether one more fits; then it is counted.</summary>
    public bool TryOpen()
    {
        if (Interlocked.Increment(ref _open) <= Most)
        {
            return true;
        }

        Interlocked.Decrement(ref _open);
        return false;
    }

    /// <summary>One is gone.</summary>
    public void Close() => Interlocked.Decrement(ref _open);
}
