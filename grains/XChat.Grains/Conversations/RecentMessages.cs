using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>The last ids of a log, oldest forgotten first. It spares a retry the way to the database; the unique index is the truth.</summary>
/// <remarks>
/// A ring, and beside it one byte of each id. To look for an id reads those bytes, which lie together, and of the ids only those that agree in it: a table by
/// hash reads a line of the cache for each thing that it touches, and every message has to look for its id here and to push an old one out.
/// </remarks>
internal sealed class RecentMessages
{
    private const int FirstRoom = 8;

    private readonly int _capacity;
    private MessageId[] _ids = [];
    private byte[] _marks = [];
    private int _count;
    private int _next;

    public RecentMessages(int capacity, IReadOnlyList<MessageId> last)
    {
        _capacity = capacity;
        foreach (MessageId message in last)
        {
            Add(message);
        }
    }

    public bool Contains(MessageId message)
    {
        byte mark = MarkOf(message);
        int place = 0;
        while (_marks.AsSpan(place, _count - place).IndexOf(mark) is int found and >= 0)
        {
            place += found;
            if (_ids[place] == message)
            {
                return true;
            }

            place++;
        }

        return false;
    }

    public void Add(MessageId message)
    {
        if (Contains(message))
        {
            return;
        }

        if (_count < _capacity)
        {
            MakeRoom();
            _count++;
        }

        _ids[_next] = message;
        _marks[_next] = MarkOf(message);
        _next = (_next + 1) % _capacity;
    }

    private static byte MarkOf(MessageId message) => unchecked((byte)message.GetHashCode());

    private void MakeRoom()
    {
        if (_count == _ids.Length)
        {
            int room = Math.Min(_capacity, Math.Max(FirstRoom, _count * 2));
            Array.Resize(ref _ids, room);
            Array.Resize(ref _marks, room);
        }
    }
}
