using Microsoft.AspNetCore.SignalR.Client;

using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Load.Deliver;

/// <summary>People in pairs, then all in one group, through frontend, grains, log and back.</summary>
public static class ProductLoad
{
    public const string Sends = "pairs: sends";
    public const string Answers = "pairs at half load: send to answer";
    public const string Receipts = "pairs at half load: send to receipt";
    public const string GroupDeliveries = "group of all: deliveries";

    /// <summary>Connections that one device may hold.</summary>
    private const int ConnectionsPerDevice = 8;

    /// <summary>Registrations under way at once.</summary>
    private const int Registering = 16;

    public static async Task<MemoryPerConnection> RunAsync(
        ServerProcess server, DeliverPlan plan, Action<Measurement> note, CancellationToken cancellationToken)
    {
        using HttpClient http = new() { BaseAddress = server.Address };
        int accounts = Math.Max(plan.People, (plan.Idle + ConnectionsPerDevice - 1) / ConnectionsPerDevice);
        LoadAccount[] people = new LoadAccount[accounts];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, accounts),
            new ParallelOptions { MaxDegreeOfParallelism = Registering, CancellationToken = cancellationToken },
            async (number, token) => people[number] = await LoadAccount.RegisterAsync(http, number, token));

        MemoryPerConnection memory = await MemoryPerConnection.MeasureAsync(
            server, plan.Idle, connection => people[connection % accounts].Token, cancellationToken);
        await using Fleet fleet = await Fleet.ConnectAsync(server.Address, plan.People, person => people[person].Token, cancellationToken);
        await PairsAsync(fleet, people, plan, note);
        await GroupAsync(fleet, people, plan, note);
        return memory;
    }

    private static async Task PairsAsync(Fleet fleet, LoadAccount[] people, DeliverPlan plan, Action<Measurement> note)
    {
        int pairs = plan.People / 2;
        (Guid Conversation, byte[] Payload)[] talks = new (Guid, byte[])[pairs];
        await Parallel.ForEachAsync(Enumerable.Range(0, pairs), new ParallelOptions { MaxDegreeOfParallelism = Registering }, async (pair, _) =>
        {
            (LoadAccount one, LoadAccount other) = (people[pair], people[pair + pairs]);
            Guid conversation = DirectConversation.IdOf(one.User, other.User).Value;
            talks[pair] = (conversation, await FoundAsync(fleet, pair, one, conversation, ConversationType.Direct, [other]));
        });
        SendMessageRequest Next(int pair) => new(talks[pair].Conversation, Guid.CreateVersion7(), talks[pair].Payload);
        Task SendAsync(int pair) => fleet.SendAsync(pair, nameof(IChatHub.SendMessage), Next(pair));

        _ = await Loops.ClosedAsync("warm-up", pairs, BareHubLoad.Warming, SendAsync);
        Measurement sends = await Loops.ClosedAsync(Sends, pairs, plan.Duration, SendAsync);
        note(sends);

        Measure receipts = fleet.MeasureReceipts();
        note(await Loops.PacedAsync(Answers, sends.PerSecond / 2, plan.Duration, (number, dueAt) =>
        {
            int pair = (int)(number % pairs);
            SendMessageRequest request = Next(pair);
            fleet.Expect(request.Message, dueAt);
            return fleet.SendAsync(pair, nameof(IChatHub.SendMessage), request);
        }));
        note(receipts.End(Receipts));
    }

    private static async Task GroupAsync(Fleet fleet, LoadAccount[] people, DeliverPlan plan, Action<Measurement> note)
    {
        Guid conversation = Guid.CreateVersion7();
        byte[] payload = await FoundAsync(fleet, 0, people[0], conversation, ConversationType.Group, people[1..plan.People]);
        note(await BareHubLoad.DeliveriesAsync(GroupDeliveries, fleet, plan, _ => fleet.SendAsync(
            0, nameof(IChatHub.SendMessage), new SendMessageRequest(conversation, Guid.CreateVersion7(), payload))));
    }

    private static Task<byte[]> FoundAsync(
        Fleet fleet, int connection, LoadAccount founder, Guid conversation, ConversationType type, IReadOnlyList<LoadAccount> others) =>
        founder.FoundAsync(
            conversation,
            type,
            others,
            request => fleet[connection].InvokeAsync<EntryResult>(nameof(IChatHub.CreateConversation), request),
            request => fleet[connection].InvokeAsync<EntryResult>(nameof(IChatHub.CommitEpoch), request));
}
