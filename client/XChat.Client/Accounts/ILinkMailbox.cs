using XChat.Protocol.Accounts;

namespace XChat.Client.Accounts;

/// <summary>The server's mailbox between two devices that are being linked.</summary>
internal interface ILinkMailbox
{
    /// <summary>Leaves the message of a step.</summary>
    Task<LinkMailboxStatus> PutAsync(Guid mailbox, int step, byte[] content, CancellationToken cancellationToken);

    /// <summary>Reads the message of a step.</summary>
    Task<GetLinkMessageResult> GetAsync(Guid mailbox, int step, CancellationToken cancellationToken);
}
