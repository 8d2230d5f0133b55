using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Client.Accounts;

/// <summary>One side's view of a mailbox: puts, and waits for what the other side puts.</summary>
internal sealed class LinkExchange(ILinkMailbox mailbox, Guid id, TimeProvider time)
{
    public const int Commitment = 1;
    public const int Offer = 2;
    public const int Reveal = 3;
    public const int Account = Limits.LinkSteps;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public Guid Id => id;

    /// <summary>Puts a message.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Security"/>: the step has another message already.</exception>
    public async Task PutAsync(int step, byte[] content, CancellationToken cancellationToken)
    {
        switch (await mailbox.PutAsync(id, step, content, cancellationToken))
        {
            case LinkMailboxStatus.Accepted or LinkMailboxStatus.AlreadyAccepted:
                return;
            case LinkMailboxStatus.Taken:
                throw new XChatException(
                    ClientErrorReason.Security,
                    "This link code was used already: if you did not do that, somebody else tried to. Nothing was sent. Begin again with xchat link.");
            case LinkMailboxStatus.Full:
                throw new XChatException(ClientErrorReason.RateLimited, "The server has too many links under way: try again in some minutes.");
            default:
                throw Gone();
        }
    }

    /// <summary>Reads a message that has to be there.</summary>
    public async Task<byte[]> ReadAsync(int step, CancellationToken cancellationToken) =>
        (await mailbox.GetAsync(id, step, cancellationToken)).Content ?? throw Gone();

    /// <summary>Waits for a message of the other side.</summary>
    public async Task<byte[]> AwaitAsync(int step, CancellationToken cancellationToken)
    {
        while (true)
        {
            GetLinkMessageResult read = await mailbox.GetAsync(id, step, cancellationToken);
            if (read.Content is { } content)
            {
                return content;
            }

            if (read.Status != LinkMailboxStatus.Accepted)
            {
                throw Gone();
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>What came is not what it has to be.</summary>
    public static XChatException Broken() => new(
        ClientErrorReason.Security,
        "The messages of the link do not belong together: somebody may be in between. Nothing was sent. Begin again with xchat link.");

    private static XChatException Gone() => new(
        ClientErrorReason.NotFound,
        $"There is no such link, or its {Limits.LinkSeconds / 60} minutes are over: begin again with xchat link on the new device.");
}
