using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Protocol.Delivery;

/// <summary>What the server pushes over the hub. All of it is a hint: the log is the truth.</summary>
public interface IChatClient
{
    /// <summary>New entries of one or more conversations, rising by seq within each. A gap in seq means: read the log.</summary>
    Task Deliver(IReadOnlyList<Entry> entries);

    /// <summary>Pushes were dropped: list the conversations and read what is missing.</summary>
    Task Resync();

    /// <summary>Short-lived signals.</summary>
    Task Signal(IReadOnlyList<Signal> signals);

    /// <summary>Money moved, or a payment was accepted or went back: read the balance, and how the payment stands.</summary>
    Task WalletChanged(WalletChange change);

    /// <summary>The connection is about to be closed.</summary>
    Task Disconnecting(DisconnectReason reason);
}
