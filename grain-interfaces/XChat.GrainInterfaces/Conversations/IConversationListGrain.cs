using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>One person's list of conversations, read by one query without waking the conversations.</summary>
/// <remarks>
/// Key: the user id; any number of activations.
/// Owns: nothing; it reads the membership table.
/// Durable when: it changes nothing.
/// Retry: always.
/// Scheduling: stateless worker.
/// </remarks>
[GrainInterfaceType("xchat.conversation-list"), Alias("xchat.IConversationListGrain")]
public interface IConversationListGrain : IGrainWithGuidKey
{
    /// <summary>Reads a page of the caller's own list, in order of conversation id.</summary>
    [Alias("list")]
    Task<ConversationListPage> List(ListConversations request);
}

/// <summary>A page after the conversation <c>After</c> (empty: the first).</summary>
[GenerateSerializer, Immutable, Alias("xchat.ListConversations")]
public sealed record ListConversations(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] ConversationId After,
    [property: Id(2)] int Limit);

/// <summary>A conversation in the list; meanings as in <see cref="ConversationSummary"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ConversationListItem")]
public sealed record ConversationListItem(
    [property: Id(0)] ConversationId Conversation,
    [property: Id(1)] ConversationType Type,
    [property: Id(2)] MemberRole Role,
    [property: Id(3)] long Head,
    [property: Id(4)] long Epoch,
    [property: Id(5)] long FirstSeq,
    [property: Id(6)] long ReadSeq,
    [property: Id(7)] long DeliveredSeq,
    [property: Id(8)] int Unread,
    [property: Id(9)] long ActivityMs);

/// <summary>A page of the list.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ConversationListPage")]
public sealed record ConversationListPage([property: Id(0)] IReadOnlyList<ConversationListItem> Items, [property: Id(1)] bool More);
