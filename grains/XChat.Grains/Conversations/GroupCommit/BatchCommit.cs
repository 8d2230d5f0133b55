using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces;

namespace XChat.Grains.Conversations.GroupCommit;

/// <summary>
/// Brings one batch to its end, whatever storage does. A lost answer is settled by writing the same again: either it goes in now, or it was in
/// already, or another writer has the place. A refused batch is split until only the guilty chunk is refused.
/// </summary>
internal sealed partial class BatchCommit(IConversationLogWriter writer, ConversationOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Completes every chunk. Never throws for what storage does.</summary>
    public async Task RunAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(chunks, cancellationToken);
        }
        catch (Exception problem) when (problem is StorageUnavailableException or OperationCanceledException)
        {
            LogUnknown(logger, problem, chunks.Count);
            Complete(chunks.Where(chunk => !chunk.Outcome.IsCompleted), ChunkOutcome.Unknown);
        }
    }

    private async Task SettleAsync(IReadOnlyList<LogChunk> chunks, CancellationToken cancellationToken)
    {
        if (await InsistAsync(() => writer.WriteAsync(chunks, cancellationToken), cancellationToken) == LogWrite.Written)
        {
            Complete(chunks, ChunkOutcome.Committed);
            return;
        }

        // It may be our own earlier try that is in the way.
        IReadOnlyList<bool> written = await InsistAsync(() => writer.AreWrittenAsync(chunks, cancellationToken), cancellationToken);
        Complete(chunks.Where((_, index) => written[index]), ChunkOutcome.Committed);
        LogChunk[] rest = [.. chunks.Where((_, index) => !written[index])];
        if (rest.Length < chunks.Count)
        {
            await SettleRestAsync(rest, cancellationToken);
        }
        else if (rest is [LogChunk guilty])
        {
            guilty.Complete(ChunkOutcome.Lost);
        }
        else
        {
            await SettleRestAsync(rest[..(rest.Length / 2)], cancellationToken);
            await SettleRestAsync(rest[(rest.Length / 2)..], cancellationToken);
        }
    }

    private Task SettleRestAsync(LogChunk[] rest, CancellationToken cancellationToken) =>
        rest.Length == 0 ? Task.CompletedTask : SettleAsync(rest, cancellationToken);

    private async Task<T> InsistAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        TimeSpan pause = options.FirstRetryPause;
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (StorageUnavailableException problem) when (tries < options.WriteAttempts)
            {
                LogRetry(logger, problem, tries);
                await Task.Delay(pause, time, cancellationToken);
                pause *= 2;
            }
        }
    }

    private static void Complete(IEnumerable<LogChunk> chunks, ChunkOutcome outcome)
    {
        foreach (LogChunk chunk in chunks)
        {
            chunk.Complete(outcome);
        }
    }

    [LoggerMessage(EventId = 2011, Level = LogLevel.Warning, Message = "Storage did not answer a conversation lane (try {Tries}); the same is written again.")]
    private static partial void LogRetry(ILogger logger, Exception problem, int tries);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Warning, Message = "Storage does not answer; the outcome for {Chunks} conversations is unknown.")]
    private static partial void LogUnknown(ILogger logger, Exception problem, int chunks);
}
