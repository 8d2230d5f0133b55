using MessagePack;

using XChat.Client.Conversations;
using XChat.Client.Wallets;
using XChat.Crypto.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client;

/// <summary>Red packets.</summary>
public sealed partial class XChatClient
{
    /// <summary>How long the server may take an order for payable: a device may be offline for a while before it sends it again.</summary>
    private static readonly TimeSpan RedPacketPayable = TimeSpan.FromHours(1);

    /// <summary>
    /// Fills a red packet for the members of a group and sends its card. Returns the packet's id, which is the card's message id. After an unknown
    /// outcome the same packet is made with the next connection.
    /// </summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Refused"/>: no money has moved; the text begins with the status.</exception>
    public async Task<Guid> SendRedPacketAsync(
        Guid conversation,
        Money amount,
        int count,
        RedPacketMode mode,
        string memo = "",
        string? pin = null,
        CancellationToken cancellationToken = default)
    {
        PaymentPin.Admit(amount, pin);
        ChatContext context = Context;
        Guid packet = Guid.CreateVersion7();
        byte[] order = new RedPacketOrder(
            context.Device.User, context.Device.Device, packet, conversation, amount, count, mode,
            (context.Time.GetUtcNow() + RedPacketPayable).ToUnixTimeMilliseconds()).Encode();
        CreateRedPacketRequest request = new(order, RedPacketSignature.Sign(context.Device.Signing, order));
        PaymentIntent intent = new(
            packet, conversation, PaymentIntentKind.RedPacket, MessagePackSerializer.Serialize(request, cancellationToken: cancellationToken),
            ContentCodec.Write(new RedPacketContent(packet, memo)));
        await Sync.ChatPayments.MakeAsync(intent, cancellationToken);
        return packet;
    }

    /// <summary>Opens a red packet: the share that this person gets, or got when they opened it before.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Refused"/>: it is over or others were faster; the text begins with the status.</exception>
    public async Task<(Money Share, bool OpenedBefore)> OpenRedPacketAsync(Guid packet, CancellationToken cancellationToken = default)
    {
        OpenRedPacketResult result = await Context.Server.CallAsync(hub => hub.OpenRedPacket(packet), cancellationToken);
        return Amount.TryRead(result.Amount, out Money share)
            ? (share, result.Status == RedPacketStatus.AlreadyOpened)
            : throw PaymentRefusals.Of(result.Status, WalletStatus.Unspecified, "Nothing was opened");
    }

    /// <summary>A red packet as it stands now, and who has opened it.</summary>
    public async Task<RedPacketView> GetRedPacketAsync(Guid packet, CancellationToken cancellationToken = default)
    {
        GetRedPacketResult result = await Context.Server.CallAsync(hub => hub.GetRedPacket(packet), cancellationToken);
        return result.Packet ?? throw PaymentRefusals.Of(result.Status, WalletStatus.Unspecified, "The red packet cannot be read");
    }
}
