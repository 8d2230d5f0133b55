namespace XChat.Crypto.Transparency;

/// <summary>The key log at one size, for proofs about it however far the log has grown since.</summary>
public sealed record KeyLogState(long Size, PrefixTree Map)
{
    /// <summary>The log without statements.</summary>
    public static KeyLogState Empty { get; } = new(0, PrefixTree.Empty);
}

/// <summary>
/// The log of account statements and the map from each label to its newest one, as the server keeps it and an auditor replays it: the same rules on both sides.
/// Not safe for concurrent use.
/// </summary>
public sealed class KeyLog
{
    private readonly MerkleLog _log = new();

    /// <summary>The log with all that was appended.</summary>
    public KeyLogState State { get; private set; } = KeyLogState.Empty;

    /// <summary>Appends a statement, which has to follow the newest one of its label.</summary>
    /// <returns>What is wrong with it; null: it was appended.</returns>
    public string? Append(byte[] statement)
    {
        if (!AccountStatement.TryDecode(statement, out AccountStatement? read))
        {
            return "It is no account statement.";
        }

        byte[] key = AccountStatement.KeyOf(read.Label);
        LatestStatement? before = State.Map.Find(key);
        if (!read.Previous.AsSpan().SequenceEqual(before?.StatementHash ?? AccountStatement.NoPrevious))
        {
            return $"The statement about {read.Label} does not follow the one before it.";
        }

        if (before is not null && read.Version <= before.Version)
        {
            return $"The statement about {read.Label} goes back from version {before.Version} to {read.Version}.";
        }

        byte[] hash = MerkleProof.LeafHash(statement);
        _log.Append(hash);
        State = new KeyLogState(State.Size + 1, State.Map.With(key, new LatestStatement(State.Size, read.Version, hash)));
        return null;
    }

    /// <summary>Goes back to an earlier state; what was appended since is forgotten.</summary>
    public void Return(KeyLogState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _log.Truncate(state.Size);
        State = state;
    }

    /// <summary>The head of a state.</summary>
    public LogHead Head(KeyLogState state, long timeMs)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new LogHead(state.Size, _log.Root(state.Size), state.Map.Root, timeMs);
    }

    /// <summary>Proves what the newest statement of a label is; null when the label has none.</summary>
    public LookupProof? Prove(KeyLogState state, string label)
    {
        ArgumentNullException.ThrowIfNull(state);
        byte[] key = AccountStatement.KeyOf(label);
        return state.Map.Find(key) is { } latest
            ? new LookupProof(latest.Index, _log.ProveInclusion(latest.Index, state.Size), state.Map.Prove(key))
            : null;
    }

    /// <summary>Proves that a state continues the log of an earlier size.</summary>
    public IReadOnlyList<byte[]> ProveConsistency(long oldSize, KeyLogState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return _log.ProveConsistency(oldSize, state.Size);
    }
}
