using Orleans.Concurrency;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>The log of one conversation: the only writer of its entries.</summary>
/// <remarks>
/// Key: the conversation id.
/// Owns: head, epoch, entries, timer and cursors. The same activation is also <see cref="IConversationMembershipGrain"/>.
/// Durable when: the result is returned (cursors: within a second).
/// Retry: commands are recognised by their message id; a timeout means unknown, repeat with the same id.
/// Scheduling: appends interleave, so that many join one group commit; they decide on the head reserved so far without an await in between.
/// Reads interleave and see applied state only.
/// </remarks>
[GrainInterfaceType("xchat.conversation"), Alias("xchat.IConversationGrain")]
public interface IConversationGrain : IGrainWithGuidKey
{
    /// <summary>Appends an application message.</summary>
    [Alias("append"), AlwaysInterleave]
    Task<EntryAppended> Append(AppendMessage request);

    /// <summary>Reads a page of the log.</summary>
    [Alias("read"), AlwaysInterleave]
    Task<EntryPage> Read(ReadEntries request);

    /// <summary>Deletes a message for everyone.</summary>
    [Alias("delete")]
    Task<EntryAppended> Delete(DeleteMessage request);

    /// <summary>Sets the timer of later messages.</summary>
    [Alias("set-timer")]
    Task<EntryAppended> SetTimer(SetTimer request);

    /// <summary>Moves the caller's cursors forward.</summary>
    [Alias("advance-cursor"), AlwaysInterleave]
    Task<ConversationOutcome> AdvanceCursor(AdvanceCursor request);

    /// <summary>Pushes a short-lived signal to the members who are online.</summary>
    [Alias("signal"), AlwaysInterleave]
    Task<ConversationOutcome> Signal(SendSignal request);
}
