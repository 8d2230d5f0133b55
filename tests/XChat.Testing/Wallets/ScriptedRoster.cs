using System.Collections.Concurrent;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Testing.Wallets;

/// <summary>Members of conversations as a test writes them, in place of the conversations.</summary>
public sealed class ScriptedRoster : IConversationRoster
{
    private readonly ConcurrentDictionary<ConversationId, MembersFound> _conversations = new();

    /// <summary>Times that a roster was read.</summary>
    public int Readings { get; private set; }

    /// <summary>Makes a conversation of these people, or gives it other members.</summary>
    public void Put(ConversationId conversation, ConversationType type, params IReadOnlyList<UserId> members) =>
        _conversations[conversation] = new MembersFound(type, members);

    /// <inheritdoc/>
    public Task<MembersFound> FindMembersAsync(ConversationId conversation, IReadOnlyList<UserId> users)
    {
        Readings++;
        MembersFound found = _conversations.GetValueOrDefault(conversation) ?? new MembersFound(default, []);
        return Task.FromResult(found with { Members = [.. users.Intersect(found.Members)] });
    }
}
