namespace XChat.Grains.Audit;

/// <summary>The log of what operators did: appended to, read, never changed.</summary>
public interface IOperatorLog
{
    /// <summary>Appends an entry after all others. It is durable when this returns.</summary>
    Task<OperatorAction> AppendAsync(OperatorEntry entry, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Reads entries after a place, in order.</summary>
    Task<IReadOnlyList<OperatorAction>> ReadAsync(long after, int limit, CancellationToken cancellationToken);
}
