using System.Text.Json;

using XChat.Protocol.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>Reads what a device is pushed and checks the promise of delivery: whatever is missing was announced by a mark before.</summary>
internal sealed class MarkedReader(RawHubSocket socket)
{
    private long _last;
    private int _read;
    private int _marks;
    private bool _announced;

    /// <summary>The seq of the last entry that came.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Entries that came.</summary>
    public int Read => Volatile.Read(ref _read);

    /// <summary>Marks that came.</summary>
    public int Marks => Volatile.Read(ref _marks);

    /// <summary>Reads on until it is cancelled. It ends only by failing.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (await socket.ReadCallAsync(cancellationToken) is { } call)
        {
            switch (call.Target)
            {
                case nameof(IChatClient.Resync):
                    _announced = true;
                    Volatile.Write(ref _marks, _marks + 1);
                    break;
                case nameof(IChatClient.Deliver):
                    Take(call.Argument);
                    break;
                default:
                    Assert.Fail($"The reader was told {call.Target}({call.Argument}).");
                    break;
            }
        }

        Assert.Fail("The connection ended.");
    }

    private void Take(JsonElement entries)
    {
        foreach (long seq in entries.EnumerateArray().Select(entry => entry.GetProperty("seq").GetInt64()))
        {
            Assert.True(seq == _last + 1 || (_announced && seq > _last), $"{seq} after {_last} without a mark");
            _announced = false;
            Volatile.Write(ref _read, _read + 1);
            Volatile.Write(ref _last, seq);
        }
    }
}
