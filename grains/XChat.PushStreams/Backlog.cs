namespace XChat.PushStreams;

/// <summary>
/// Items that wait, within bounds. When one more would not fit, everything that waits is replaced by one gap mark: a reader that has to look
/// elsewhere anyway is not held up by what it will find there. Not thread-safe.
/// </summary>
internal sealed class Backlog(int mostItems, long mostBytes)
{
    private readonly Queue<byte[]> _items = new();
    private long _bytes;
    private bool _gap;

    public bool IsEmpty => _items.Count == 0 && !_gap;

    /// <summary>Adds an item; returns how many were lost by that, itself included.</summary>
    public int Add(byte[] item)
    {
        if (_items.Count < mostItems && _bytes + item.Length <= mostBytes)
        {
            _items.Enqueue(item);
            _bytes += item.Length;
            return 0;
        }

        return Lose() + 1;
    }

    /// <summary>Replaces everything by a gap mark; returns how many items were lost.</summary>
    public int Lose()
    {
        int lost = _items.Count;
        Clear();
        _gap = true;
        return lost;
    }

    /// <summary>Something before the items was lost.</summary>
    public void MarkGap() => _gap = true;

    /// <summary>Whoever reads on never had what was lost.</summary>
    public void ForgetGap() => _gap = false;

    public void Clear()
    {
        _items.Clear();
        _bytes = 0;
        _gap = false;
    }

    /// <summary>Takes what fits into one batch, at least one item if there is any.</summary>
    public Portion Take(int items, long bytes)
    {
        List<byte[]> taken = new(Math.Min(items, _items.Count));
        long size = 0;
        while (taken.Count < items && _items.TryPeek(out byte[]? next) && (taken.Count == 0 || size + next.Length <= bytes))
        {
            taken.Add(_items.Dequeue());
            size += next.Length;
        }

        _bytes -= size;
        Portion portion = new(_gap, [.. taken]);
        _gap = false;
        return portion;
    }

    /// <summary>Items in order; if there is a gap, it is before the first of them.</summary>
    public readonly record struct Portion(bool Gap, byte[][] Items);
}
