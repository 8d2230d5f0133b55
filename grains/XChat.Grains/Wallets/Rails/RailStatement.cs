using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>What a rail says it holds for the server: a day of it. <c>Final</c>: the day is over, nothing is added to it.</summary>
public sealed record RailStatement(
    string Rail, DateOnly Day, bool Final, IReadOnlyList<RailStatementBalance> Balances, IReadOnlyList<RailStatementLine> Lines);

/// <summary>
/// What it held at the beginning and the end of the day, minor units. Null where the rail states no balance: what the lines so far add up to is kept then.
/// </summary>
public sealed record RailStatementBalance(Currency Currency, long? Opening, long? Closing);

/// <summary>
/// One movement under the rail's own name for it: positive when the rail holds more by it. <c>Payment</c> is ours that it belongs to; empty where the rail
/// names none.
/// </summary>
public sealed record RailStatementLine(string Line, Guid Payment, Currency Currency, long MinorUnits);
