using System.Threading.Channels;

namespace XChat.Grains.Wallets;

/// <summary>
/// What this silo has just committed and will tell itself, so that nobody has to read it from the outbox. It is there as well, due when <see cref="Lease"/> is
/// over: what has not been told by then, because the silo died or has more to tell than it can, any silo's sweep tells.
/// </summary>
public sealed class FreshNews(TimeProvider time)
{
    /// <summary>How long the outbox leaves a new row to the silo that wrote it. Longer than a row may wait here and be told together.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>How long a row may wait here, and how long telling a batch may take; beyond, the sweep has it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Some megabytes of rows, more than can be told within the patience. Those beyond are left to the sweep.
    private const int MostRows = 20_000;

    private readonly Channel<(OutboxRow Row, long Since)> _rows = Channel.CreateBounded<(OutboxRow, long)>(
        new BoundedChannelOptions(MostRows) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Takes in rows that are durable.</summary>
    public void Add(IReadOnlyList<OutboxRow> rows)
    {
        long now = time.GetTimestamp();
        foreach (OutboxRow row in rows)
        {
            _rows.Writer.TryWrite((row, now));
        }
    }

    /// <summary>Waits for rows and takes at most so many. None: those that were there have waited for too long.</summary>
    public async Task<IReadOnlyList<OutboxRow>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        await _rows.Reader.WaitToReadAsync(cancellationToken);
        List<OutboxRow> taken = [];
        while (taken.Count < limit && _rows.Reader.TryRead(out (OutboxRow Row, long Since) next))
        {
            if (time.GetElapsedTime(next.Since) < Patience)
            {
                taken.Add(next.Row);
            }
        }

        return taken;
    }
}
