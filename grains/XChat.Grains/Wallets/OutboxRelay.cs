using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// Tells what the ledger has committed: devices hear that their balance changed, and the conversation gets the card. Each silo tells what it has written
/// itself, from memory; what is left is swept from the outbox by every silo. A row is taken away after it was told, so a crash in between tells it again, and
/// both who hear take that for what it is.
/// </summary>
public sealed partial class OutboxRelay(
    ILedgerOutbox outbox,
    FreshNews fresh,
    IPaymentNews news,
    IOptions<WalletOptions> options,
    WalletMetrics metrics,
    TimeProvider time,
    ILogger<OutboxRelay> logger) : BackgroundService
{
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
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(TellFreshAsync, options.Value.RelayRest, stoppingToken),
        RepeatAsync(RelayAsync, options.Value.RelayPause, stoppingToken));

    // The first that comes after a quiet time is told at once; those that come close behind it are told together.
    private async Task RepeatAsync(Func<CancellationToken, Task> step, TimeSpan rest, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await step(stoppingToken);
                await Task.Delay(rest, time, stoppingToken);
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(problem);
                await Task.Delay(options.Value.RelayPause, time, stoppingToken);
            }
        }
    }

    private async Task TellFreshAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<OutboxRow> rows;
        do
        {
            rows = await fresh.TakeAsync(options.Value.RelayBatch, cancellationToken);
            if (rows.Count > 0)
            {
                IReadOnlyList<bool> told = await TellAsync(rows, cancellationToken).WaitAsync(FreshNews.Patience, time, cancellationToken);
                await outbox.SettleAsync(rows, told, options.Value.RelayRetryPause, cancellationToken);
            }
        }
        while (rows.Count == options.Value.RelayBatch);
    }

    private async Task<IReadOnlyList<bool>> TellAsync(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        bool[] told = new bool[rows.Count];
        Array.Fill(told, true);
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
        for (int index = 0; index < rows.Count; index++)
        {
            OutboxRow row = rows[index];
            foreach (UserId? party in (ReadOnlySpan<UserId?>)[row.Payer, row.Payee])
            {
                if (party is { } person)
                {
                    last[(person, row.Currency)] = row.Transfer;
                }
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        PersonNews[] people = [.. last.Select(person => new PersonNews(person.Key.User, person.Key.Currency, person.Value))];
        IReadOnlyList<bool> reached = await TellPeopleAsync(people, cancellationToken);
        HashSet<(UserId?, Currency)> missed = [];
        for (int place = 0; place < people.Length; place++)
        {
            if (!reached[place])
            {
                missed.Add((people[place].User, people[place].Currency));
            }
        }

        for (int row = 0; row < told.Length && missed.Count > 0; row++)
        {
            told[row] = !missed.Contains((rows[row].Payer, rows[row].Currency)) && !missed.Contains((rows[row].Payee, rows[row].Currency));
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

    [LoggerMessage(
        EventId = 3010,
        Level = LogLevel.Warning,
        Message = "What the ledger has committed could not be told, or not be ticked off; it stays in the outbox and is told again.")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "A transfer could not be told yet and is tried again.")]
    private partial void LogUntold(Exception problem);
}
