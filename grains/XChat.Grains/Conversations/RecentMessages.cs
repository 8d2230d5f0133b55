using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>The last ids of a log, oldest forgotten first. It spares a retry the way to the database; the unique index is the truth.</summary>
internal sealed class RecentMessages
{
    private readonly HashSet<MessageId> _ids = [];
    private readonly Queue<MessageId> _order = new();
    private readonly int _capacity;

    public RecentMessages(int capacity, IReadOnlyList<MessageId> last)
    {
        _capacity = capacity;
        foreach (MessageId message in last)
        {
            Add(message);
        }
    }

    public bool Contains(MessageId message) => _ids.Contains(message);

    public void Add(MessageId message)
    {
        if (!_ids.Add(message))
        {
            return;
        }

        _order.Enqueue(message);
        if (_order.Count > _capacity)
        {
            _ids.Remove(_order.Dequeue());
        }
    }
}
