using Microsoft.AspNetCore.SignalR.Client;

using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Load.Deliver;

/// <summary>People in pairs, and all in one group, through frontend, grains, log and back.</summary>
public sealed class ProductLoad
{
    public const string Sends = "pairs: sends";
    public const string Answers = "pairs at half load: send to answer";
    public const string Receipts = "pairs at half load: send to receipt";
    public const string Commits = "pairs at half load: a commit beside it";
    public const string GroupDeliveries = "group of all: deliveries";

    /// <summary>Conversations that are created at once.</summary>
    private const int Founding = 16;

    private readonly Fleet _fleet;
    private readonly (Guid Conversation, byte[] Payload)[] _pairs;
    private readonly (Guid Conversation, byte[] Payload) _group;

    private ProductLoad(Fleet fleet, (Guid Conversation, byte[] Payload)[] pairs, (Guid Conversation, byte[] Payload) group) =>
        (_fleet, _pairs, _group) = (fleet, pairs, group);

    public Part SendsPart => Part.Closed(Sends, _fleet.Count, number => _fleet.SendAsync(number, nameof(IChatHub.SendMessage), ToPartner(number)));

    public Part DeliveriesPart => _fleet.Broadcasts(GroupDeliveries, BareHubLoad.Broadcasters, number =>
        _fleet.SendAsync(number % BareHubLoad.Broadcasters, nameof(IChatHub.SendMessage), Request(_group)));

    /// <summary>Founds the pairs and the group, each by one of its members.</summary>
    public static async Task<ProductLoad> PrepareAsync(Fleet fleet, LoadAccount[] people)
    {
        ProductLoad pairs = await PairsAsync(fleet, people);
        Guid all = Guid.CreateVersion7();
        return new ProductLoad(
            fleet, pairs._pairs, (all, await FoundAsync(fleet[0], people[0], all, ConversationType.Group, people[1..fleet.Count])));
    }

    /// <summary>Founds the pairs alone.</summary>
    public static async Task<ProductLoad> PairsAsync(Fleet fleet, LoadAccount[] people)
    {
        int pairs = fleet.Count / 2;
        (Guid, byte[])[] talks = new (Guid, byte[])[pairs];
        await Parallel.ForEachAsync(Enumerable.Range(0, pairs), new ParallelOptions { MaxDegreeOfParallelism = Founding }, async (pair, _) =>
        {
            (LoadAccount one, LoadAccount other) = (people[pair], people[pair + pairs]);
            Guid conversation = DirectConversation.IdOf(one.User, other.User).Value;
            talks[pair] = (conversation, await FoundAsync(fleet[pair], one, conversation, ConversationType.Direct, [other]));
        });

        return new ProductLoad(fleet, talks, default);
    }

    /// <summary>Sends at a fixed rate: the time to the sender's answer, to the receipt by the partner, and of a commit of the same bytes.</summary>
    public async Task RunPacedAsync(Report report, double perSecond, TimeSpan duration, CommitProbe probe)
    {
        Measure receipts = new(Receipts);
        Measure commits = new(Commits);
        _fleet.MeasureReceipts(receipts);
        using CancellationTokenSource over = new();
        Part answers = new(Answers, (measure, time) => Loops.PacedAsync(measure, perSecond, time, (number, dueAt) =>
        {
            SendMessageRequest request = ToPartner(number);
            _fleet.Expect(number, request.Message, dueAt);
            return _fleet.SendAsync(number, nameof(IChatHub.SendMessage), request);
        }));
        receipts.Start();
        Task probing = probe.RunAsync(commits, _pairs[0].Payload.Length, over.Token);
        await Part.RunAsync([answers], 1, duration);
        await _fleet.NothingExpectedAsync();
        receipts.Stop();
        await over.CancelAsync();
        await probing;
        report.Note(commits.Result());
        report.Note(answers.Result);
        report.Note(receipts.Result());
    }

    /// <summary>A message of the person that a number falls on to the other one of the pair.</summary>
    public SendMessageRequest ToPartner(long number) => Request(_pairs[number % _fleet.Count % _pairs.Length]);

    private static SendMessageRequest Request((Guid Conversation, byte[] Payload) talk) => new(talk.Conversation, Guid.CreateVersion7(), talk.Payload);

    private static Task<byte[]> FoundAsync(
        HubConnection connection, LoadAccount founder, Guid conversation, ConversationType type, IReadOnlyList<LoadAccount> others) =>
        founder.FoundAsync(
            conversation,
            type,
            others,
            request => connection.InvokeAsync<EntryResult>(nameof(IChatHub.CreateConversation), request),
            request => connection.InvokeAsync<EntryResult>(nameof(IChatHub.CommitEpoch), request));
}
