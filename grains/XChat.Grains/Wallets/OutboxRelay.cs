using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// Tells what the ledger has committed: devices hear that their balance changed, and the conversation gets the card. Every silo relays; a row is
/// taken away after it was told, so a crash in between tells it again, and both who hear take that for what it is.
/// </summary>
public sealed partial class OutboxRelay(
    ILedgerOutbox outbox,
    IPaymentNews news,
    IOptions<WalletOptions> options,
    WalletMetrics metrics,
    TimeProvider time,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    private readonly SemaphoreSlim _work = new(0, 1);
    private int _awake;

    /// <summary>Something was committed.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0)
        {
            _work.Release();
        }
    }

    /// <summary>Tells all that is due.</summary>
    public async Task RelayAsync(CancellationToken cancellationToken)
    {
        int taken;
        do
        {
            taken = await outbox.RelayAsync(
                options.Value.RelayBatch, options.Value.RelayRetryPause, rows => TellAsync(rows, cancellationToken), cancellationToken);
        }
        while (taken == options.Value.RelayBatch);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _work.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _work.WaitAsync(options.Value.RelayPause, stoppingToken);
            Volatile.Write(ref _awake, 0);
            try
            {
                await RelayAsync(stoppingToken);
                // The first that comes after a quiet time is told at once; those that come close behind it are told together.
                await Task.Delay(options.Value.RelayRest, time, stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogFailed(problem);
                await Task.Delay(options.Value.RelayPause, time, stoppingToken);
            }
        }
    }

    private async Task<IReadOnlyList<bool>> TellAsync(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        bool[] told = new bool[rows.Count];
        Dictionary<(UserId, Currency), List<int>> byPerson = [];
        for (int index = 0; index < rows.Count; index++)
        {
            OutboxRow row = rows[index];
            told[index] = true;
            foreach (UserId person in new[] { row.Payer, row.Payee }.OfType<UserId>())
            {
                (byPerson.TryGetValue((person, row.Currency), out List<int>? theirs) ? theirs : byPerson[(person, row.Currency)] = []).Add(index);
            }
        }

        // One signal tells a person of everything that has changed in a currency; each card is an entry of its own.
        List<(Func<Task> Tell, IReadOnlyList<int> Rows)> work =
        [
            .. rows.Index().Where(row => row.Item is { Card: not null, Payer: not null }).Select(row =>
                ((Func<Task>)(() => news.ShowAsync(row.Item.Transfer, row.Item.Payer!.Value, row.Item.Card!)), (IReadOnlyList<int>)[row.Index])),
            .. byPerson.Select(person =>
                ((Func<Task>)(() => news.TellAsync(person.Key.Item1, person.Key.Item2, rows[person.Value[^1]].Transfer)), (IReadOnlyList<int>)person.Value)),
        ];
        await Parallel.ForEachAsync(
            work,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.RelayParallelism, CancellationToken = cancellationToken },
            async (item, _) =>
            {
                try
                {
                    await item.Tell().WaitAsync(options.Value.RelayPatience, time, cancellationToken);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    LogUntold(problem);
                    foreach (int row in item.Rows)
                    {
                        told[row] = false;
                    }
                }
            });
        metrics.Relayed(told.Count(yes => yes), told.Count(yes => !yes));
        return told;
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "The outbox of the ledger could not be read and is tried again.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "A transfer could not be told yet and is tried again.")]
    private partial void LogUntold(Exception problem);
}
