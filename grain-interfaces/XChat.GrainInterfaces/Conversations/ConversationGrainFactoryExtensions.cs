using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>Typed references to the grains of this domain.</summary>
public static class ConversationGrainFactoryExtensions
{
    /// <summary>A conversation's log.</summary>
    public static IConversationGrain Conversation(this IGrainFactory factory, ConversationId id) =>
        factory.GetCachedGrain<IConversationGrain>(id.Value);

    /// <summary>A conversation's membership.</summary>
    public static IConversationMembershipGrain ConversationMembership(this IGrainFactory factory, ConversationId id) =>
        factory.GetGrain<IConversationMembershipGrain>(id.Value);

    /// <summary>A conversation's payments.</summary>
    public static IConversationPaymentsGrain ConversationPayments(this IGrainFactory factory, ConversationId id) =>
        factory.GetGrain<IConversationPaymentsGrain>(id.Value);

    /// <summary>Who is in a conversation, for the server's other domains.</summary>
    public static IConversationRosterGrain ConversationRoster(this IGrainFactory factory, ConversationId id) =>
        factory.GetGrain<IConversationRosterGrain>(id.Value);

    /// <summary>A user's list of conversations.</summary>
    public static IConversationListGrain ConversationList(this IGrainFactory factory, UserId user) =>
        factory.GetGrain<IConversationListGrain>(user.Value);
}
