using Orleans.Concurrency;

using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Conversations;

/// <inheritdoc cref="IConversationListGrain"/>
[GrainType("conversation-list"), StatelessWorker]
public sealed class ConversationListGrain(IConversationStore store) : Grain, IConversationListGrain
{
    /// <inheritdoc/>
    public Task<ConversationListPage> List(ListConversations request)
    {
        UserId user = new(this.GetPrimaryKey());
        // A list is its owner's; for anyone else it is empty, as for a person without conversations.
        return request.Caller.User == user
            ? store.ListAsync(user, request.After, Math.Clamp(request.Limit, 1, Limits.ConversationsPerPage), CancellationToken.None)
            : Task.FromResult(new ConversationListPage([], More: false));
    }
}
