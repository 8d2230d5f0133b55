using XChat.GrainInterfaces.History;
using XChat.Grains.History;
using XChat.Protocol.Accounts;

namespace XChat.Testing.History;

/// <summary>Histories in memory, with the promises of the database: of segments that are to follow the same one, one is stored.</summary>
public sealed class InMemoryHistory : IHistoryStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, List<NewSegment>> _chains = [];

    /// <inheritdoc/>
    public Task<HistoryWrite> AppendAsync(NewSegment segment, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            List<NewSegment> chain = ChainOf(segment.User);
            NewSegment? there = chain.Find(one => one.Number == segment.Number);
            HistoryWriteOutcome outcome =
                there is not null && there.Hash.AsSpan().SequenceEqual(segment.Hash) ? HistoryWriteOutcome.Same
                : segment.Number != chain.Count + 1 || !HeadOf(chain).AsSpan().SequenceEqual(segment.Previous) ? HistoryWriteOutcome.Behind
                : chain.Sum(one => (long)one.Segment.Length) + segment.Segment.Length > segment.MostBytes ? HistoryWriteOutcome.Full
                : HistoryWriteOutcome.Appended;
            if (outcome == HistoryWriteOutcome.Appended)
            {
                chain.Add(segment);
            }

            return Task.FromResult(new HistoryWrite(outcome, chain.Count, HeadOf(chain)));
        }
    }

    /// <inheritdoc/>
    public Task<HistoryRead> ReadAsync(UserId user, long before, long after, int mostSegments, int mostBytes, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            List<NewSegment> chain = ChainOf(user);
            List<HistorySegment> page = [];
            int bytes = 0;
            foreach (NewSegment segment in chain.Where(one => one.Number < before && one.Number > after).Reverse().Take(mostSegments))
            {
                if (page.Count > 0 && bytes + segment.Segment.Length > mostBytes)
                {
                    break;
                }

                bytes += segment.Segment.Length;
                page.Add(new HistorySegment(segment.Number, segment.Segment));
            }

            return Task.FromResult(new HistoryRead(chain.Count, page));
        }
    }

    private static byte[] HeadOf(List<NewSegment> chain) => chain.Count == 0 ? new byte[32] : chain[^1].Hash;

    private List<NewSegment> ChainOf(UserId user) => _chains.TryGetValue(user, out List<NewSegment>? chain) ? chain : _chains[user] = [];
}
