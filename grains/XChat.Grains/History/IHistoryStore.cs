using XChat.GrainInterfaces.History;
using XChat.Protocol.Accounts;

namespace XChat.Grains.History;

/// <summary>The rows of histories. Of segments that are to follow the same one, one is stored.</summary>
public interface IHistoryStore
{
    /// <summary>Appends a segment if the one before it is the newest and the account has room, in one transaction.</summary>
    Task<HistoryWrite> AppendAsync(NewSegment segment, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Segments with a number above <paramref name="after"/> and below <paramref name="before"/>, falling; at least one if there is any.</summary>
    Task<HistoryRead> ReadAsync(UserId user, long before, long after, int mostSegments, int mostBytes, CancellationToken cancellationToken);
}

/// <summary>A segment that is to follow another, its hash, and what the account may have afterwards.</summary>
public sealed record NewSegment(UserId User, DeviceId Device, long Number, byte[] Previous, byte[] Hash, byte[] Segment, long MostBytes);

/// <summary>What became of a segment, and the newest one now.</summary>
public sealed record HistoryWrite(HistoryWriteOutcome Outcome, long HeadNumber, byte[] HeadHash);

/// <summary>Outcomes of a write.</summary>
public enum HistoryWriteOutcome
{
    /// <summary>It is the newest now.</summary>
    Appended = 1,

    /// <summary>It was there.</summary>
    Same = 2,

    /// <summary>It does not follow the newest.</summary>
    Behind = 3,

    /// <summary>The account would have too much.</summary>
    Full = 4,
}
