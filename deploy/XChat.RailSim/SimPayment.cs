using System.Globalization;

namespace XChat.RailSim;

/// <summary>An order as it comes: amounts in minor units, as decimal digits.</summary>
internal sealed record SimOrder(Guid Id, string? Kind, string? Amount, string? Currency, string? Destination)
{
    public bool IsReadable() =>
        Id != Guid.Empty && Kind is "deposit" or "withdrawal"
        && long.TryParse(Amount, NumberStyles.None, CultureInfo.InvariantCulture, out long amount) && amount > 0
        && Currency is { Length: 3 } && Currency.All(char.IsAsciiLetterUpper)
        && Destination is { Length: <= 140 };
}

/// <summary>A payment as the API and the webhooks show it.</summary>
internal sealed record SimPayment(
    Guid Id, string Reference, string Kind, string Amount, string Currency, string Destination, string State, string Returned, string Failure)
{
    /// <summary>Whether an order asks for this very payment.</summary>
    public bool Matches(SimOrder order) =>
        (order.Id, order.Kind, order.Amount, order.Currency, order.Destination) == (Id, Kind, Amount, Currency, Destination);
}

/// <summary>A webhook's body.</summary>
internal sealed record SimEventBody(string Type, SimPayment Data);

/// <summary>A webhook that is to be sent.</summary>
internal sealed record DueEvent(long Event, string Id, string Body, int Attempts);

/// <summary>A day's statement. <c>Final</c>: the day is over, so that no line can be added any more.</summary>
internal sealed record SimStatement(DateOnly Day, bool Final, IReadOnlyList<SimBalance> Balances, IReadOnlyList<SimLine> Lines);

/// <summary>What the rail held at the beginning and the end of a day, in minor units.</summary>
internal sealed record SimBalance(string Currency, string Opening, string Closing);

/// <summary>One movement: positive into what the rail holds, negative out of it.</summary>
internal sealed record SimLine(long Line, Guid Payment, string Reference, string Kind, string Amount, string Currency, DateTimeOffset BookedAt);
