namespace XChat.Testing.GroupCommit;

/// <summary>
/// A database that loses connections and answers, one batch after another: the first batch loses its connection and then the answer, the
/// second the answer, the third the connection, the fourth nothing, and so on. Tries are counted for each batch, however many lanes write
/// beside it, so no batch meets more than two faults and none runs out of attempts by chance.
/// </summary>
public sealed class LostAnswers
{
    private static readonly LogFault[][] Turns = [[LogFault.LostBefore, LogFault.LostAfter], [LogFault.LostAfter], [LogFault.LostBefore], []];

    private readonly Dictionary<object, Queue<LogFault>> _batches = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<LogFault> _met = [];

    /// <summary>The faults that writes have met so far. Read it when nothing is written any more.</summary>
    public IReadOnlySet<LogFault> Met => _met;

    /// <summary>What becomes of the next write; for <see cref="CommitFaults{TChunk, TItem}.Next"/>, which is called under a lock.</summary>
    public LogFault Next(IReadOnlyList<object> chunks)
    {
        // A repeat and the first half of a divided batch begin with the same chunk.
        if (!_batches.TryGetValue(chunks[0], out Queue<LogFault>? left))
        {
            _batches.Add(chunks[0], left = new Queue<LogFault>(Turns[_batches.Count % Turns.Length]));
        }

        LogFault fault = left.TryDequeue(out LogFault next) ? next : LogFault.None;
        _met.Add(fault);
        return fault;
    }
}
