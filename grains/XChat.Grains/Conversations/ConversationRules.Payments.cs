using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>How a payment appears.</summary>
public static partial class ConversationRules
{
    /// <summary>
    /// The payer has to be a member still; the money has moved already, so nothing else stands in the way. A card that the members could not read
    /// is left out.
    /// </summary>
    public static ChangeDecision DecidePayment(ConversationState? state, ShowPayment request, PrivateMessageInfo? facts, LogPlace place)
    {
        if (state?.MemberOf(request.Caller.User) is null)
        {
            return ChangeDecision.Refuse(ConversationStatus.NotMember);
        }

        bool readable = facts is { } card && CheckDevice(state, request.Caller) == ConversationStatus.Accepted
            && card.Group == state.Group && card.Epoch <= state.Epoch && card.Epoch >= state.Epoch - Limits.AcceptedPastEpochs
            && request.Card.Length <= Limits.PaymentCardBytes;
        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = new LogEntry(
                place.Seq,
                EntryKind.Payment,
                request.Caller,
                new MessageId(request.Transfer.Value),
                readable ? facts!.Value.Epoch : state.Epoch,
                place.TimeMs,
                readable ? ExpiresAtMs(state, place.TimeMs) : 0,
                request.Transfer.Value,
                0,
                readable ? request.Card : []),
        });
    }
}
