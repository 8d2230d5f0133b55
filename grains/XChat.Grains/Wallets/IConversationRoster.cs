using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Wallets;

/// <summary>Who is in a conversation now.</summary>
public interface IConversationRoster
{
    /// <summary>Those of the users who are members, and what the conversation is.</summary>
    Task<MembersFound> FindMembersAsync(ConversationId conversation, IReadOnlyList<UserId> users);
}

/// <summary>Asks the conversations themselves.</summary>
public sealed class GrainConversationRoster(IGrainFactory grains) : IConversationRoster
{
    public Task<MembersFound> FindMembersAsync(ConversationId conversation, IReadOnlyList<UserId> users) =>
        grains.ConversationRoster(conversation).FindMembers(new FindMembers(users));
}
