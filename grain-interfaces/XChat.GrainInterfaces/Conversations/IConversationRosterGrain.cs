using Orleans.Concurrency;

using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>Who of some people is in one conversation. The server's own domains ask; no frontend passes this on from a device.</summary>
/// <remarks>
/// Key: the conversation id; the same activation as <see cref="IConversationGrain"/>.
/// Owns: nothing of its own.
/// Durable when: it changes nothing.
/// Retry: always.
/// Scheduling: interleaves.
/// </remarks>
[GrainInterfaceType("xchat.conversation-roster"), Alias("xchat.IConversationRosterGrain")]
public interface IConversationRosterGrain : IGrainWithGuidKey
{
    /// <summary>Tells which of these people are members now.</summary>
    [Alias("find-members"), AlwaysInterleave]
    Task<MembersFound> FindMembers(FindMembers request);
}

/// <summary>Asks for people.</summary>
[GenerateSerializer, Immutable, Alias("xchat.FindMembers")]
public sealed record FindMembers([property: Id(0)] IReadOnlyList<UserId> Users);

/// <summary>Those who are members, and what the conversation is; unspecified when there is none.</summary>
[GenerateSerializer, Immutable, Alias("xchat.MembersFound")]
public sealed record MembersFound([property: Id(0)] ConversationType Type, [property: Id(1)] IReadOnlyList<UserId> Members);
