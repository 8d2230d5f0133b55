using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.UnitTests.Accounts;

/// <summary>What one person may take from one account.</summary>
public sealed class ClaimBudgetTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    [Fact]
    public void A_burst_may_be_taken_at_once_and_one_more_after_each_pause()
    {
        ClaimBudget budget = new(3, Pause, 10);
        UserId bob = UserId.New();

        Assert.Equal("1110", Take(budget, bob, Start, 4));
        Assert.Equal("0", Take(budget, bob, Start + (Pause * 0.99), 1));
        Assert.Equal("10", Take(budget, bob, Start + (Pause * 1.5), 2));
        Assert.Equal("10", Take(budget, bob, Start + (Pause * 2.01), 2));
    }

    [Fact]
    public void Whoever_waits_for_long_has_no_more_than_the_burst()
    {
        ClaimBudget budget = new(3, Pause, 10);
        UserId bob = UserId.New();
        Take(budget, bob, Start, 3);

        Assert.Equal("11100", Take(budget, bob, Start + (Pause * 1_000_000), 5));
    }

    [Fact]
    public void A_clock_that_goes_back_gives_nothing()
    {
        ClaimBudget budget = new(1, Pause, 10);
        UserId bob = UserId.New();

        Assert.Equal("1", Take(budget, bob, Start, 1));
        Assert.Equal("0", Take(budget, bob, Start - Pause, 1));
    }

    [Fact]
    public void As_many_people_as_may_be_are_counted_and_the_memory_does_not_grow()
    {
        ClaimBudget budget = new(2, Pause, 2);
        UserId bob = UserId.New();
        UserId carol = UserId.New();
        UserId dave = UserId.New();

        Assert.Equal("1", Take(budget, bob, Start, 1));
        Assert.Equal("1", Take(budget, carol, Start, 1));
        Assert.Equal("0", Take(budget, dave, Start, 1));
        Assert.Equal("1", Take(budget, dave, Start + Pause, 1));
    }

    private static string Take(ClaimBudget budget, UserId claimer, DateTimeOffset now, int times) =>
        string.Concat(Enumerable.Range(0, times).Select(_ => budget.TryTake(claimer, now) ? '1' : '0'));
}
