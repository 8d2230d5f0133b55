using Microsoft.AspNetCore.SignalR;

using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Load.Deliver;

/// <summary>The ceiling: a SignalR hub that takes and sends the same bytes as XChat's and does nothing else. No grains, no database.</summary>
public sealed class BareHub : Hub<IChatClient>
{
    private static readonly EntryResult Accepted = new(ConversationStatus.Accepted, Seq: 1, TimeMs: 0, Epoch: 1);

    private readonly Task<EntryResult> _accepted = Task.FromResult(Accepted);

    public Task<EntryResult> SendMessage(SendMessageRequest request) => _accepted;

    public async Task<EntryResult> Broadcast(SendMessageRequest request)
    {
        Entry entry = new(
            request.Conversation, 1, EntryKind.Application, Guid.Empty, Guid.Empty, request.Message, 1, 0, 0, Guid.Empty, 0, request.Payload);
        // An array: MessagePack knows no other kind of list that the compiler makes.
        Entry[] entries = [entry];
        await Clients.All.Deliver(entries);
        return Accepted;
    }
}
