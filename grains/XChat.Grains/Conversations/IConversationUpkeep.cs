using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>Writes outside of the log. Each may be lost or repeated without harm.</summary>
public interface IConversationUpkeep
{
    /// <summary>Moves cursors forward, never back.</summary>
    Task AdvanceCursorsAsync(IReadOnlyList<CursorPosition> positions, CancellationToken cancellationToken);

    /// <summary>A device has joined by its Welcome, which goes with the last device that needed it.</summary>
    Task MarkJoinedAsync(ConversationId conversation, int leaf, CancellationToken cancellationToken);

    /// <summary>Empties at most <paramref name="limit"/> messages whose timer has ended; returns how many it emptied.</summary>
    Task<int> EmptyExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Takes one step in emptying messages and payment cards that were accepted before a time: at most <paramref name="limit"/> of them. What commits and
    /// other changes say stays, since a device that comes back has to follow them. One silo does this at a time; for the others there is nothing to do.
    /// </summary>
    Task<RetentionStep> EmptyOldAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>Drops at most <paramref name="limit"/> Welcomes from before a time; returns how many it dropped.</summary>
    Task<int> DropWelcomesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}

/// <summary>How far a member has been delivered to and has read.</summary>
public sealed record CursorPosition(ConversationId Conversation, UserId User, long DeliveredSeq, long ReadSeq);

/// <summary>What a step of the retention policy did.</summary>
/// <param name="Emptied">Messages emptied.</param>
/// <param name="Finished">Nothing older is left to look at.</param>
public readonly record struct RetentionStep(int Emptied, bool Finished);
