using XChat.Grains.Audit;

namespace XChat.Testing.Audit;

/// <summary>The operators' log in memory.</summary>
public sealed class InMemoryOperatorLog : IOperatorLog
{
    private readonly Lock _gate = new();
    private readonly List<OperatorAction> _actions = [];

    /// <inheritdoc/>
    public Task<OperatorAction> AppendAsync(OperatorEntry entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            OperatorAction action = OperatorChain.Append(_actions.LastOrDefault(), entry, now.ToUnixTimeMilliseconds());
            _actions.Add(action);
            return Task.FromResult(action);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OperatorAction>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<OperatorAction>>([.. _actions.Skip((int)after).Take(limit)]);
        }
    }
}
