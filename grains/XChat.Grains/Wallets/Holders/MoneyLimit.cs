using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets.Holders;

/// <summary>One limit of a tier in one currency. Null: the amount, or the number, is not limited by it.</summary>
/// <param name="Direction">Which way the money goes.</param>
/// <param name="Window">Over how long it is summed.</param>
/// <param name="MinorUnits">Most in the window.</param>
/// <param name="Count">Most transfers in the window.</param>
public sealed record MoneyLimit(MoneyDirection Direction, LimitWindow Window, long? MinorUnits, long? Count)
{
    /// <summary>Whether so much is within it.</summary>
    public bool Allows(Int128 minorUnits, Int128 count) => minorUnits <= (MinorUnits ?? Int128.MaxValue) && count <= (Count ?? Int128.MaxValue);
}

/// <summary>What a person may do with money. Names are those of the configuration, in camel case.</summary>
[Flags]
public enum MoneyFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Pay somebody at once.</summary>
    Pay = 1,

    /// <summary>Pay so that the payee has to accept.</summary>
    PayWithAcceptance = 1 << 1,

    /// <summary>Pay what somebody requested.</summary>
    PayRequest = 1 << 2,

    /// <summary>Pay a share of a bill.</summary>
    PaySplit = 1 << 3,

    /// <summary>Send a red packet.</summary>
    RedPacket = 1 << 4,

    /// <summary>Get money from others.</summary>
    Receive = 1 << 5,

    /// <summary>Take money out over a rail.</summary>
    Withdraw = 1 << 6,

    /// <summary>Everything.</summary>
    All = (1 << 7) - 1,
}
