using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Who is told of a batch of transfers, and which of them stay in the outbox.</summary>
public sealed class OutboxRelayTests : IDisposable
{
    private static readonly Currency Euro = new("EUR");
    private static readonly Currency Dollar = new("USD");
    private static readonly UserId Alice = UserId.New();
    private static readonly UserId Bob = UserId.New();
    private static readonly UserId Carol = UserId.New();

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ScriptedNews _news = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_person_is_told_once_a_currency_of_the_last_transfer_in_it()
    {
        OutboxRow[] rows = [Row(Euro, Alice, Bob), Row(Euro, Carol, Alice), Row(Dollar, Alice, Bob), Row(Euro, null, Carol), Row(Euro, Alice, null)];

        Assert.Equal([true, true, true, true, true], await RelayAsync(rows));
        HashSet<(UserId, TransferId)> expected =
        [
            (Alice, rows[4].Transfer), (Bob, rows[0].Transfer), (Carol, rows[3].Transfer), (Alice, rows[2].Transfer), (Bob, rows[2].Transfer),
        ];
        Assert.Equal(expected, _news.Told.ToHashSet());
        Assert.Equal(expected.Count, _news.Told.Count);
    }

    [Fact]
    public async Task Only_rows_of_somebody_who_could_not_be_told_in_their_currency_stay()
    {
        OutboxRow[] rows =
        [
            Row(Euro, Alice, Bob), Row(Euro, Bob, Carol), Row(Euro, Alice, Carol), Row(Dollar, Alice, Bob), Row(Euro, null, Bob), Row(Euro, null, null),
        ];
        TransferId lastOfBob = rows[4].Transfer;
        _news.Before = transfer =>
        {
            if (transfer == lastOfBob)
            {
                throw new TimeoutException("The test's devices are not reached.");
            }
        };

        Assert.Equal([false, false, true, true, false, true], await RelayAsync(rows));
    }

    [Fact]
    public async Task Rows_of_nobody_are_done_without_asking_anybody()
    {
        _news.Before = _ => throw new InvalidOperationException("Nobody is to be told.");

        Assert.Equal([true, true], await RelayAsync([Row(Euro, null, null), Row(Dollar, null, null)]));
    }

    [Fact]
    public async Task A_card_that_cannot_be_shown_keeps_its_row_and_no_other()
    {
        PaymentCard card = new(Guid.NewGuid(), DeviceId.New(), [1]);
        OutboxRow[] rows = [Row(Euro, Alice, null, card), Row(Dollar, Bob, null, card), Row(Euro, null, Carol, card)];
        _news.Before = transfer =>
        {
            if (transfer == rows[1].Transfer && _news.Told.Count == 3)
            {
                throw new TimeoutException("The test's conversation is away.");
            }
        };

        Assert.Equal([true, false, true], await RelayAsync(rows));
        Assert.Equal([(rows[0].Transfer, Alice)], _news.Shown.Select(shown => (shown.Transfer, shown.Payer)));
    }

    private async Task<IReadOnlyList<bool>> RelayAsync(OutboxRow[] rows)
    {
        OneBatch outbox = new(rows);
        using WalletMetrics metrics = new(_services.GetRequiredService<IMeterFactory>());
        using OutboxRelay relay = new(
            outbox, new FreshNews(TimeProvider.System), _news, Options.Create(new WalletOptions()), metrics, TimeProvider.System,
            NullLogger<OutboxRelay>.Instance);
        await relay.RelayAsync(Cancelled);
        return outbox.Told;
    }

    private static OutboxRow Row(Currency currency, UserId? payer, UserId? payee, PaymentCard? card = null) =>
        new(default, TransferId.New(), currency, payer, payee, card);

    /// <summary>Hands out its rows and keeps what was said about them.</summary>
    private sealed class OneBatch(OutboxRow[] rows) : ILedgerOutbox
    {
        public IReadOnlyList<bool> Told { get; private set; } = [];

        public async Task<int> RelayAsync(
            int limit, TimeSpan firstPause, Func<IReadOnlyList<OutboxRow>, Task<IReadOnlyList<bool>>> tell, CancellationToken cancellationToken)
        {
            Told = await tell(rows);
            return rows.Length;
        }

        public Task SettleAsync(IReadOnlyList<OutboxRow> rows, IReadOnlyList<bool> told, TimeSpan firstPause, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is fresh here.");
    }
}
