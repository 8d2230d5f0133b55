using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>
/// Gathers the cursors that move in a silo and writes them together, about once a second. Losing some is harmless: they only go forward, and the
/// next message moves them again.
/// </summary>
public sealed partial class CursorWriter(
    IConversationUpkeep upkeep,
    IOptions<ConversationOptions> options,
    ConversationMetrics metrics,
    TimeProvider time,
    ILogger<CursorWriter> logger) : BackgroundService
{
    private const int PositionsPerWrite = 1000;

    private readonly Lock _gate = new();
    private Dictionary<(ConversationId, UserId), CursorPosition> _moved = [];

    /// <summary>Remembers where a member's cursors are.</summary>
    public void Advance(CursorPosition position)
    {
        lock (_gate)
        {
            if (_moved.Count < options.Value.QueuedCursors || _moved.ContainsKey((position.Conversation, position.User)))
            {
                _moved[(position.Conversation, position.User)] = position;
                return;
            }
        }

        metrics.CursorsLost(1);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.Value.CursorPause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync(CancellationToken.None);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        Dictionary<(ConversationId, UserId), CursorPosition> moved;
        lock (_gate)
        {
            if (_moved.Count == 0)
            {
                return;
            }

            (moved, _moved) = (_moved, []);
        }

        foreach (CursorPosition[] positions in moved.Values.Chunk(PositionsPerWrite))
        {
            try
            {
                await upkeep.AdvanceCursorsAsync(positions, cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                metrics.CursorsLost(positions.Length);
                LogLost(problem, positions.Length);
            }
        }
    }

    [LoggerMessage(EventId = 2020, Level = LogLevel.Warning, Message = "{Count} cursors could not be written; later messages move them again.")]
    private partial void LogLost(Exception problem, int count);
}
