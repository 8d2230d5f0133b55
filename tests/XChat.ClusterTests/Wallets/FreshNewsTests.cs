using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing.Accounts;

namespace XChat.ClusterTests.Wallets;

/// <summary>What a silo tells of its own accord, and what it leaves to the sweep of the outbox.</summary>
public sealed class FreshNewsTests
{
    private readonly ShiftedTime _time = new();

    /// <summary>Nothing waits for long because the machine is slow.</summary>
    public FreshNewsTests() => _time.Stop();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_come_in_their_order_and_only_so_many()
    {
        FreshNews news = new(_time);
        OutboxRow[] rows = [Row(), Row(), Row()];
        news.Add(rows);

        Assert.Equal(rows[..2], await news.TakeAsync(2, Cancelled));
        Assert.Equal(rows[2..], await news.TakeAsync(2, Cancelled));
    }

    [Fact]
    public async Task What_has_waited_for_too_long_is_left_to_the_sweep()
    {
        FreshNews news = new(_time);
        news.Add([Row(), Row()]);
        _time.Advance(FreshNews.Patience);
        OutboxRow late = Row();
        news.Add([late]);

        Assert.Equal([late], await news.TakeAsync(10, Cancelled));
    }

    [Fact]
    public async Task What_is_more_than_can_be_told_is_let_go()
    {
        FreshNews news = new(_time);
        OutboxRow[] rows = [.. Enumerable.Range(0, 30_000).Select(_ => Row())];
        news.Add(rows);

        Assert.Equal(rows[..20_000], await news.TakeAsync(rows.Length, Cancelled));
    }

    [Fact]
    public void A_row_is_settled_before_its_lease_is_over()
    {
        // It may wait for the patience, and be told for as long, and then has to be taken away.
        Assert.True(FreshNews.Lease > 2 * FreshNews.Patience);
    }

    private static OutboxRow Row() => new(default, TransferId.New(), new Currency("EUR"), UserId.New(), UserId.New(), null);
}
