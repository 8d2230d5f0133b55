using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>Entries that show payments.</summary>
public sealed partial class ConversationGrain
{
    /// <inheritdoc/>
    public Task<EntryAppended> Show(ShowPayment request)
    {
        PrivateMessageInfo? facts = request.Card.Length == 0 ? null : Inspect(request.Card);
        return ChangeAsync(
            Command(EntryKind.Payment, request.Caller, new MessageId(request.Transfer.Value), request.Transfer.Value, payload: request.Card),
            (state, place) => ConversationRules.DecidePayment(state, request, facts, place));
    }
}
