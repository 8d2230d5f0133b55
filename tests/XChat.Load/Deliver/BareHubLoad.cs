using XChat.Protocol.Conversations;

namespace XChat.Load.Deliver;

/// <summary>The same loads on the bare hub.</summary>
public static class BareHubLoad
{
    public const string Invokes = "ceiling: bare hub, invocations";
    public const string Deliveries = "ceiling: bare hub, deliveries";

    /// <summary>Broadcasts under way at once: enough to keep the server busy, too few to pile up in the clients.</summary>
    public const int Broadcasters = 4;

    public static async Task<MemoryPerConnection> RunAsync(
        ServerProcess server, DeliverPlan plan, Action<Measurement> note, CancellationToken cancellationToken)
    {
        MemoryPerConnection memory = await MemoryPerConnection.MeasureAsync(server, plan.Idle, _ => null, cancellationToken);
        await using Fleet fleet = await Fleet.ConnectAsync(server.Address, plan.People, _ => null, cancellationToken);
        byte[] payload = new byte[PayloadBytes];
        SendMessageRequest Request() => new(Guid.Empty, Guid.CreateVersion7(), payload);
        _ = await Loops.ClosedAsync("warm-up", plan.People, Warming, caller => fleet.SendAsync(caller, nameof(BareHub.SendMessage), Request()));
        note(await Loops.ClosedAsync(Invokes, plan.People, plan.Duration, caller => fleet.SendAsync(caller, nameof(BareHub.SendMessage), Request())));
        note(await DeliveriesAsync(Deliveries, fleet, plan, caller => fleet.SendAsync(caller, nameof(BareHub.Broadcast), Request())));
        return memory;
    }

    /// <summary>Bytes of a message of a hundred characters after padding and MLS framing; the product's own are as long.</summary>
    public const int PayloadBytes = 430;

    public static TimeSpan Warming => TimeSpan.FromSeconds(3);

    /// <summary>Deliveries a second while a few callers send to everyone.</summary>
    public static async Task<Measurement> DeliveriesAsync(string name, Fleet fleet, DeliverPlan plan, Func<int, Task> broadcast)
    {
        _ = await Loops.ClosedAsync("warm-up", Broadcasters, Warming, broadcast);
        long before = fleet.Received;
        Measurement sends = await Loops.ClosedAsync(name, Broadcasters, plan.Duration, broadcast);
        long received = fleet.Received - before;
        return sends with { Operations = received, PerSecond = Math.Round(received / sends.Seconds) };
    }
}
