using XChat.Protocol.Conversations;

namespace XChat.Frontend.Delivery;

/// <summary>
/// What a connection has not been able to take yet. Bounded in number and bytes: what does not fit turns all of it into one Resync mark. Nothing
/// is added behind the mark, because the client reads the log after it. Not thread-safe.
/// </summary>
internal sealed class PushQueue
{
    /// <summary>Pushes that wait at most. A reader that is this far behind is served better by pages of the log.</summary>
    public const int Most = 1024;

    /// <summary>Bytes that wait at most; shared among the recipients of the same entry.</summary>
    public const int MostBytes = 256 * 1024;

    private readonly Queue<Push> _waiting = new();
    private int _bytes;
    private bool _marked;

    /// <summary>Adds a push. False: the queue has just become a mark.</summary>
    public bool TryAdd(Push push)
    {
        if (_marked)
        {
            return true;
        }

        if (_waiting.Count >= Most || (_waiting.Count > 0 && push.Bytes > MostBytes - _bytes))
        {
            Mark();
            return false;
        }

        _waiting.Enqueue(push);
        _bytes += push.Bytes;
        return true;
    }

    /// <summary>Replaces all that waits by the mark.</summary>
    public void Mark()
    {
        Clear();
        _marked = true;
    }

    public void Clear()
    {
        _waiting.Clear();
        _bytes = 0;
        _marked = false;
    }

    /// <summary>Takes what to send next: the mark, the entries at the front in one call, or a signal. Null: nothing waits.</summary>
    public Push? Take()
    {
        if (_marked)
        {
            _marked = false;
            return Push.Resync;
        }

        if (!_waiting.TryDequeue(out Push? first))
        {
            return null;
        }

        _bytes -= first.Bytes;
        if (first.Entry is null || !_waiting.TryPeek(out Push? second) || second.Entry is null)
        {
            return first;
        }

        List<Entry> entries = [first.Entry];
        while (_waiting.TryPeek(out Push? next) && next.Entry is { } entry)
        {
            _bytes -= _waiting.Dequeue().Bytes;
            entries.Add(entry);
        }

        return Push.Of([.. entries]);
    }
}
