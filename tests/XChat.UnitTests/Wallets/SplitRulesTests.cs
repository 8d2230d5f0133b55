using CsCheck;

using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>How a bill is divided.</summary>
public sealed class SplitRulesTests
{
    [Fact]
    public void Cents_that_do_not_divide_go_to_the_first()
    {
        Assert.Equal([34L, 33, 33], SplitRules.Equal(100, 3));
        Assert.Equal([51L, 33, 16], SplitRules.ByShares(100, [3, 2, 1])!);
        Assert.Equal([10L, 90], SplitRules.ByAmounts(100, [10, 90])!);
    }

    [Fact]
    public void Parts_add_up_exactly_and_nobody_has_nothing()
    {
        Gen.Select(Gen.Long[1, 100_000_000_000], Gen.Int[1, 1000]).Sample((total, people) =>
            SplitRules.Equal(total, people) is not { } parts
                ? total < people
                : parts.Sum() == total && parts.Count == people && parts.Min() >= 1 && parts.Max() - parts.Min() <= 1
                    && parts.SequenceEqual(parts.OrderDescending()));
        Gen.Select(Gen.Long[1, 100_000_000_000], Gen.Int[1, int.MaxValue].Array[1, 50]).Sample((total, weights) =>
        {
            Int128 sum = SplitRules.Sum(weights.Select(weight => (long)weight));
            return SplitRules.ByShares(total, weights) is not { } parts
                ? weights.Any(weight => (Int128)total * weight < sum)
                : parts.Sum() == total && parts.Min() >= 1
                    && parts.Zip(weights).All(pair => Int128.Abs(((Int128)pair.First * sum) - ((Int128)total * pair.Second)) < sum);
        });
    }

    [Fact]
    public void What_cannot_be_divided_is_not()
    {
        Assert.Null(SplitRules.Equal(2, 3));
        Assert.Null(SplitRules.Equal(100, 0));
        Assert.Null(SplitRules.Equal(10_000, 1001));
        Assert.Null(SplitRules.ByShares(100, []));
        Assert.Null(SplitRules.ByShares(100, [1, 0]));
        Assert.Null(SplitRules.ByShares(2, [1000, 1]));
        Assert.Null(SplitRules.ByAmounts(100, [50, 49]));
        Assert.Null(SplitRules.ByAmounts(100, [101, -1]));
        Assert.Null(SplitRules.ByAmounts(100, []));
        Assert.Null(SplitRules.ByAmounts(-2, [long.MaxValue, long.MaxValue]));
    }
}
