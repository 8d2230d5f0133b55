using XChat.GrainInterfaces.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>The roster, for the server's other domains.</summary>
public sealed partial class ConversationGrain : IConversationRosterGrain
{
    /// <inheritdoc/>
    public Task<MembersFound> FindMembers(FindMembers request) => Task.FromResult(State is { } state
        ? new MembersFound(state.Type, [.. request.Users.Where(user => state.MemberOf(user) is not null)])
        : new MembersFound(default, []));
}
