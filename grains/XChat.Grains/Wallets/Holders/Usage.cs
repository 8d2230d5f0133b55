using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets.Holders;

/// <summary>What is counted: an account's money in one direction and one kind of window.</summary>
public readonly record struct UsageKey(Guid Account, MoneyDirection Direction, LimitWindow Window);

/// <summary>
/// What an account has moved since the first day of a window. <c>StartsOn</c> is that day, counted from 1970-01-01 in UTC. A row of an older window
/// counts for nothing.
/// </summary>
public sealed record UsageRow(UsageKey Key, int StartsOn, long MinorUnits, long Count)
{
    /// <summary>What of it counts in the window that begins on a day.</summary>
    public (long MinorUnits, long Count) In(int startsOn) => startsOn > StartsOn ? (0, 0) : (MinorUnits, Count);

    /// <summary>The row after more was moved; a later window begins at zero, an earlier one no longer exists and counts into this.</summary>
    public UsageRow Add(UsageRow more)
    {
        (long minorUnits, long count) = In(more.StartsOn);
        return new UsageRow(
            Key, Math.Max(StartsOn, more.StartsOn), checked(minorUnits + more.MinorUnits), checked(count + more.Count));
    }
}

/// <summary>What a command adds, and what must not be exceeded by it. Null: no limit.</summary>
public sealed record UsageChange(UsageRow Added, long? MostMinorUnits, long? MostCount);

/// <summary>Calendar windows in UTC.</summary>
public static class UsageWindows
{
    private const long DayMs = 24 * 3600 * 1000L;
    private static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>The windows that are counted; a single payment is not.</summary>
    public static IReadOnlyList<LimitWindow> Counted { get; } = [LimitWindow.Day, LimitWindow.Month, LimitWindow.Year];

    /// <summary>The first day of the window that a moment is in.</summary>
    public static int StartOf(LimitWindow window, long timeMs)
    {
        int day = checked((int)(timeMs / DayMs));
        DateOnly date = Epoch.AddDays(day);
        return window switch
        {
            LimitWindow.Month => day - date.Day + 1,
            LimitWindow.Year => day - date.DayOfYear + 1,
            _ => day,
        };
    }
}
