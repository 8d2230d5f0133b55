namespace XChat.Crypto.Mls;

/// <summary>
/// Which leaves of an MLS tree are taken. A server that holds no tree follows with it where each added device goes: to the leftmost blank leaf, or
/// to the first new one when the tree doubles (RFC 9420 section 7.7).
/// </summary>
public sealed class LeafRoster(IEnumerable<int> taken)
{
    private readonly SortedSet<int> _taken = [.. taken];

    /// <summary>The leaves that are taken, rising.</summary>
    public IReadOnlyCollection<int> Taken => _taken;

    /// <summary>Takes the leaf that the next added device gets.</summary>
    public int Add()
    {
        int leaf = 0;
        foreach (int other in _taken)
        {
            if (other != leaf)
            {
                break;
            }

            leaf++;
        }

        _ = _taken.Add(leaf);
        return leaf;
    }

    /// <summary>Blanks a leaf; false when it is not taken.</summary>
    public bool Remove(int leaf) => _taken.Remove(leaf);
}
