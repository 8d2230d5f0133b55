using XChat.Frontend.Conversations;
using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<EntryResult> SendMessage(SendMessageRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        AppendMessage append = new(Caller, Field.Message(request.Message), Field.Bytes(request.Payload, Limits.MessageBytes));
        return WireRecords.Of(await cluster.Conversation(id).Append(append));
    }

    public async Task<EntryResult> DeleteMessage(DeleteMessageRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        DeleteMessage delete = new(Caller, Field.Message(request.Message), Field.Positive(request.Seq));
        return WireRecords.Of(await cluster.Conversation(id).Delete(delete));
    }

    public async Task<EntryResult> SetTimer(SetTimerRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        SetTimer set = new(Caller, Field.Message(request.Message), Field.InRange(request.Seconds, 0, Limits.TimerSeconds));
        return WireRecords.Of(await cluster.Conversation(id).SetTimer(set));
    }

    public async Task<ConversationResult> AdvanceCursor(AdvanceCursorRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        AdvanceCursor advance = new(Caller, Field.NotNegative(request.DeliveredSeq), Field.NotNegative(request.ReadSeq));
        return new ConversationResult((await cluster.Conversation(id).AdvanceCursor(advance)).Status);
    }

    public async Task<ConversationResult> SendSignal(SendSignalRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        SendSignal signal = new(Caller, Field.Bytes(request.Payload, Limits.SignalBytes));
        return new ConversationResult((await cluster.Conversation(id).Signal(signal)).Status);
    }

    public async Task<ReadEntriesResult> ReadEntries(ReadEntriesRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        ReadEntries read = new(
            Caller, Field.NotNegative(request.Seq), request.Backward, Field.InRange(request.Limit, 1, Limits.EntriesPerPage));
        return WireRecords.Of(id, await cluster.Conversation(id).Read(read));
    }

    public async Task<ListConversationsResult> ListConversations(ListConversationsRequest request)
    {
        // The empty id means from the first, so any id will do.
        ConversationId after = new(Field.Required(request).After);
        ListConversations list = new(Caller, after, Field.InRange(request.Limit, 1, Limits.ConversationsPerPage));
        return WireRecords.Of(await cluster.ConversationList(Caller.User).List(list));
    }
}
