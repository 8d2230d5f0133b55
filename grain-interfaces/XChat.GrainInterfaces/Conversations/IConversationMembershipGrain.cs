using Orleans.Concurrency;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>Who is in one conversation, and the epochs of its MLS group (the MLS Delivery Service).</summary>
/// <remarks>
/// Key: the conversation id; the same activation as <see cref="IConversationGrain"/>.
/// Owns: members, roles, MLS leaves, pending device changes and Welcomes.
/// Durable when: the result is returned.
/// Retry: commands are recognised by their message id; a timeout means unknown, repeat with the same id.
/// Scheduling: one command at a time, behind all appends that it finds; reads interleave.
/// </remarks>
[GrainInterfaceType("xchat.conversation-membership"), Alias("xchat.IConversationMembershipGrain")]
public interface IConversationMembershipGrain : IGrainWithGuidKey
{
    /// <summary>Creates the conversation with its MLS group.</summary>
    [Alias("create")]
    Task<EntryAppended> Create(CreateConversation request);

    /// <summary>Ends the current epoch with an MLS commit.</summary>
    [Alias("commit")]
    Task<EntryAppended> Commit(CommitEpoch request);

    /// <summary>Restarts the MLS group.</summary>
    [Alias("restart")]
    Task<EntryAppended> Restart(RestartGroup request);

    /// <summary>Changes a role, leaves, or reports an epoch.</summary>
    [Alias("change")]
    Task<EntryAppended> Change(ChangeMembership request);

    /// <summary>Learns that a member's certified devices changed; called by the account until it returns accepted.</summary>
    [Alias("refresh-devices")]
    Task<ConversationOutcome> RefreshDevices(RefreshDevices request);

    /// <summary>Tells members who is in and what waits.</summary>
    [Alias("describe"), AlwaysInterleave]
    Task<ConversationDescribed> Describe(DescribeConversation request);

    /// <summary>Hands the Welcome to a device that a commit added.</summary>
    [Alias("read-welcome"), AlwaysInterleave]
    Task<WelcomeRead> ReadWelcome(ReadWelcome request);
}
