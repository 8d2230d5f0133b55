using XChat.Protocol.Conversations;

namespace XChat.Load.Deliver;

/// <summary>The ceiling: the same clients and the same bytes on a hub that does nothing.</summary>
public sealed class BareHubLoad(Fleet fleet)
{
    public const string Invokes = "ceiling: bare hub, invocations";
    public const string Paced = "ceiling: bare hub at that rate";
    public const string Deliveries = "ceiling: bare hub, deliveries";

    /// <summary>Bytes of a message of a hundred characters after padding and MLS framing; the product's own are as long.</summary>
    private const int PayloadBytes = 430;

    /// <summary>Broadcasts under way at once: enough to keep the server busy, too few to pile up in the clients.</summary>
    public const int Broadcasters = 4;

    private readonly byte[] _payload = new byte[PayloadBytes];

    public Part InvokesPart => Part.Closed(Invokes, fleet.Count, number => fleet.SendAsync(number, nameof(BareHub.SendMessage), Request()));

    public Part DeliveriesPart => fleet.Broadcasts(
        Deliveries, Broadcasters, number => fleet.SendAsync(number % Broadcasters, nameof(BareHub.Broadcast), Request()));

    /// <summary>Invocations at a fixed rate: what the way to a server and back takes.</summary>
    public Part PacedPart(double perSecond) => new(Paced, (measure, duration) => Loops.PacedAsync(
        measure, perSecond, duration, (number, _) => fleet.SendAsync(number, nameof(BareHub.SendMessage), Request())));

    private SendMessageRequest Request() => new(Guid.Empty, Guid.CreateVersion7(), _payload);
}
