using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces;

namespace XChat.Grains.GroupCommit;

/// <summary>
/// Brings one batch to its end, whatever storage does. A lost answer is settled by writing the same again: either it goes in now, or it was in
/// already, or another writer has the place. A refused batch is rid of its guilty chunks, by name or by halves, and the rest goes in.
/// </summary>
internal sealed class BatchCommit<TChunk, TItem>(IChunkWriter<TChunk> writer, LaneLimits limits, LaneMetrics metrics, TimeProvider time, ILogger logger)
    where TChunk : CommitChunk<TItem>
{
    /// <summary>Completes every chunk. Never throws for what storage does.</summary>
    public async Task RunAsync(IReadOnlyList<TChunk> chunks, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(chunks, cancellationToken);
        }
        catch (Exception problem) when (problem is StorageUnavailableException or OperationCanceledException)
        {
            LaneLog.Unknown(logger, problem, limits.Name, chunks.Count);
            Complete(chunks.Where(chunk => !chunk.Outcome.IsCompleted), ChunkOutcome.Unknown);
        }
    }

    private async Task SettleAsync(IReadOnlyList<TChunk> chunks, CancellationToken cancellationToken)
    {
        if (await InsistAsync(() => writer.WriteAsync(chunks, cancellationToken), cancellationToken) == BatchWrite.Written)
        {
            Complete(chunks, ChunkOutcome.Committed);
            return;
        }

        // It may be our own earlier try that is in the way.
        IReadOnlyList<ChunkStanding> standing = await InsistAsync(() => writer.ExamineAsync(chunks, cancellationToken), cancellationToken);
        Complete(chunks.Where((_, index) => standing[index] == ChunkStanding.Written), ChunkOutcome.Committed);
        Lose([.. chunks.Where((_, index) => standing[index] == ChunkStanding.Refused)]);
        TChunk[] rest = [.. chunks.Where((_, index) => standing[index] == ChunkStanding.Open)];
        if (rest.Length < chunks.Count)
        {
            await SettleRestAsync(rest, cancellationToken);
        }
        else if (rest is [TChunk guilty])
        {
            Lose([guilty]);
        }
        else
        {
            await SettleRestAsync(rest[..(rest.Length / 2)], cancellationToken);
            await SettleRestAsync(rest[(rest.Length / 2)..], cancellationToken);
        }
    }

    private Task SettleRestAsync(TChunk[] rest, CancellationToken cancellationToken) =>
        rest.Length == 0 ? Task.CompletedTask : SettleAsync(rest, cancellationToken);

    private async Task<T> InsistAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        TimeSpan pause = limits.FirstRetryPause;
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (StorageUnavailableException problem) when (tries < limits.WriteAttempts)
            {
                LaneLog.Retry(logger, problem, limits.Name, tries);
                await Task.Delay(pause, time, cancellationToken);
                pause *= 2;
            }
        }
    }

    private void Lose(TChunk[] chunks)
    {
        if (chunks.Length > 0)
        {
            metrics.Fenced(chunks.Length);
            LaneLog.Fenced(logger, limits.Name, chunks.Length);
            Complete(chunks, ChunkOutcome.Lost);
        }
    }

    private static void Complete(IEnumerable<TChunk> chunks, ChunkOutcome outcome)
    {
        foreach (TChunk chunk in chunks)
        {
            chunk.Complete(outcome);
        }
    }
}
