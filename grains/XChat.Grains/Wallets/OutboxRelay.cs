using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Delivery;
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
        bool[] told = [.. rows.Select(_ => true)];
        bool[] shown = [.. told];
        await Task.WhenAll(TellPeopleAsync(rows, told, cancellationToken), ShowCardsAsync(rows, shown, cancellationToken));
        for (int row = 0; row < told.Length; row++)
        {
            told[row] &= shown[row];
        }

        metrics.Relayed(told.Count(yes => yes), told.Count(yes => !yes));
        return told;
    }

    /// <summary>One signal tells a person of everything that has changed in a currency.</summary>
    private async Task TellPeopleAsync(IReadOnlyList<OutboxRow> rows, bool[] told, CancellationToken cancellationToken)
    {
        Dictionary<(UserId User, Currency Currency), TransferId> last = new(2 * rows.Count);
        foreach (OutboxRow row in rows)
        {
            foreach (UserId person in PeopleOf(row))
            {
                last[(person, row.Currency)] = row.Transfer;
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        PersonNews[] people = [.. last.Select(person => new PersonNews(person.Key.User, person.Key.Currency, person.Value))];
        IReadOnlyList<bool> reached = await TellPeopleAsync(people, cancellationToken);
        HashSet<(UserId, Currency)> missed = [.. people.Where((_, place) => !reached[place]).Select(person => (person.User, person.Currency))];
        for (int row = 0; row < told.Length && missed.Count > 0; row++)
        {
            told[row] = !PeopleOf(rows[row]).Any(person => missed.Contains((person, rows[row].Currency)));
        }
    }

    private async Task<IReadOnlyList<bool>> TellPeopleAsync(PersonNews[] people, CancellationToken cancellationToken)
    {
        try
        {
            return await news.TellAsync(people, cancellationToken).WaitAsync(options.Value.RelayPatience, time, cancellationToken);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            LogUntold(problem);
            return new bool[people.Length];
        }
    }

    private static IEnumerable<UserId> PeopleOf(OutboxRow row)
    {
        if (row.Payer is { } payer)
        {
            yield return payer;
        }

        if (row.Payee is { } payee)
        {
            yield return payee;
        }
    }

    /// <summary>Each card is an entry of its own.</summary>
    private Task ShowCardsAsync(IReadOnlyList<OutboxRow> rows, bool[] shown, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        rows.Index().Where(row => row.Item is { Card: not null, Payer: not null }),
        new ParallelOptions { MaxDegreeOfParallelism = options.Value.RelayParallelism, CancellationToken = cancellationToken },
        async (row, _) =>
        {
            try
            {
                await news.ShowAsync(row.Item.Transfer, row.Item.Payer!.Value, row.Item.Card!)
                    .WaitAsync(options.Value.RelayPatience, time, cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogUntold(problem);
                shown[row.Index] = false;
            }
        });

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "The outbox of the ledger could not be read and is tried again.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "A transfer could not be told yet and is tried again.")]
    private partial void LogUntold(Exception problem);
}
