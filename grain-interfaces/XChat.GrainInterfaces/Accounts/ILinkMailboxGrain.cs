namespace XChat.GrainInterfaces.Accounts;

/// <summary>Where an old and a new device of an account leave each other the messages of a link.</summary>
/// <remarks>
/// Key: the mailbox id, made by the new device.
/// Owns: at most four messages, in memory, for some minutes.
/// Durable when: never; a silo that stops takes its mailboxes along, and the devices begin again.
/// Retry: the same message counts once; another one for the same step is refused.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.link-mailbox"), Alias("xchat.ILinkMailboxGrain")]
public interface ILinkMailboxGrain : IGrainWithGuidKey
{
    /// <summary>Leaves the message of a step.</summary>
    [Alias("put")]
    Task<LinkMessagePut> Put(PutLinkMessage request);

    /// <summary>Reads the message of a step.</summary>
    [Alias("read")]
    Task<LinkMessageRead> Read(ReadLinkMessage request);
}
