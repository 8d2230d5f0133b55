using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>Reads conversations. What it answers is committed; it may be ahead of what an activation has applied.</summary>
public interface IConversationStore
{
    /// <summary>A conversation with its last <paramref name="recent"/> message ids, as of one moment; null if there is none.</summary>
    Task<StoredConversation?> LoadAsync(ConversationId conversation, int recent, CancellationToken cancellationToken);

    /// <summary>The entry of a message id, from the unique index that is the truth about ids.</summary>
    Task<LogEntry?> FindAsync(ConversationId conversation, MessageId message, CancellationToken cancellationToken);

    /// <summary>The entry that deleted the message at a seq.</summary>
    Task<LogEntry?> FindDeletionAsync(ConversationId conversation, long seq, CancellationToken cancellationToken);

    /// <summary>Entries of a range in rising order.</summary>
    Task<LogSlice> ReadAsync(ConversationId conversation, LogRange range, CancellationToken cancellationToken);

    /// <summary>The Welcome that the commit at a seq came with; null when it is gone.</summary>
    Task<byte[]?> ReadWelcomeAsync(ConversationId conversation, long seq, CancellationToken cancellationToken);

    /// <summary>A page of a person's conversations after <paramref name="after"/>, in order of id.</summary>
    Task<ConversationListPage> ListAsync(UserId user, ConversationId after, int limit, CancellationToken cancellationToken);
}

/// <summary>
/// The entries with <c>First</c> &lt;= seq &lt;= <c>Last</c>, from one end or the other: at most <c>Limit</c> of them, and at most
/// <c>MaxBytes</c> of payload, but one entry at least.
/// </summary>
public sealed record LogRange(long First, long Last, bool Backward, int Limit, int MaxBytes);

/// <summary>Entries in rising order of seq; <c>More</c>: the range has more in the direction read.</summary>
public sealed record LogSlice(IReadOnlyList<LogEntry> Entries, bool More);
