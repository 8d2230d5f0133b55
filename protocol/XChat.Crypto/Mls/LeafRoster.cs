namespace XChat.Crypto.Mls;

/// <summary>
/// Which leaves of an MLS tree are taken. A server that holds no tree follows with it where each added device goes: to the leftmost blank leaf, or
/// to the first new one when the tree doubles (RFC 9420 section 7.7).
/// </summary>
public sealed class LeafRoster
{
    private readonly SortedSet<int> _taken;
    private int _size;

    /// <summary>A tree with the leaves that are taken; its size is the least power of two that holds them.</summary>
    public LeafRoster(IEnumerable<int> taken)
    {
        _taken = [.. taken];
        Shrink();
    }

    /// <summary>The leaves that are taken, rising.</summary>
    public IReadOnlyCollection<int> Taken => _taken;

    /// <summary>Takes the leaf that the next added device gets.</summary>
    public int Add()
    {
        int leaf = 0;
        foreach (int taken in _taken)
        {
            if (taken != leaf)
            {
                break;
            }

            leaf++;
        }

        _ = _taken.Add(leaf);
        while (leaf >= _size)
        {
            _size = Math.Max(1, _size * 2);
        }

        return leaf;
    }

    /// <summary>Blanks a leaf; false when it is not taken.</summary>
    public bool Remove(int leaf)
    {
        bool removed = _taken.Remove(leaf);
        Shrink();
        return removed;
    }

    private void Shrink()
    {
        _size = 1;
        while (_taken.Count > 0 && _taken.Max >= _size)
        {
            _size *= 2;
        }
    }
}
