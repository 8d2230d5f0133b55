namespace XChat.Protocol.Wallets;

/// <summary>
/// Divides a bill. Whatever way, the parts add up to the total exactly, and the minor units that do not divide go to the first. Null: it cannot be
/// divided so that everybody has at least one minor unit, or the weights or amounts are not what they should be.
/// </summary>
public static class SplitRules
{
    /// <summary>The same for each of a number of people.</summary>
    public static IReadOnlyList<long>? Equal(long totalMinorUnits, int people)
    {
        if (people is < 1 or > Limits.GroupMembers || totalMinorUnits < people)
        {
            return null;
        }

        (long each, long rest) = Math.DivRem(totalMinorUnits, people);
        return [.. Enumerable.Range(0, people).Select(index => index < rest ? each + 1 : each)];
    }

    /// <summary>In proportion to weights: each gets its part rounded down, then the first get one more until nothing is left.</summary>
    public static IReadOnlyList<long>? ByShares(long totalMinorUnits, IReadOnlyList<int> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count is < 1 or > Limits.GroupMembers || weights.Any(weight => weight < 1) || totalMinorUnits < 1)
        {
            return null;
        }

        Int128 sum = 0;
        foreach (int weight in weights)
        {
            sum += weight;
        }

        long[] parts = [.. weights.Select(weight => (long)((Int128)totalMinorUnits * weight / sum))];
        long rest = totalMinorUnits - parts.Sum();
        for (int index = 0; index < rest; index++)
        {
            parts[index]++;
        }

        return parts.All(part => part > 0) ? parts : null;
    }

    /// <summary>By given amounts, which have to add up.</summary>
    public static IReadOnlyList<long>? ByAmounts(long totalMinorUnits, IReadOnlyList<long> amounts)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        return amounts.Count is >= 1 and <= Limits.GroupMembers && amounts.All(amount => amount > 0) && Sum(amounts) == totalMinorUnits ? amounts : null;
    }

    /// <summary>A sum that does not overflow.</summary>
    public static Int128 Sum(IEnumerable<long> amounts)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        Int128 sum = 0;
        foreach (long amount in amounts)
        {
            sum += amount;
        }

        return sum;
    }
}
