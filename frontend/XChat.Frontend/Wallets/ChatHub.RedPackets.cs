using XChat.Crypto.Wallets;
using XChat.Frontend.Requests;
using XChat.Frontend.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<CreateRedPacketResult> CreateRedPacket(CreateRedPacketRequest request)
    {
        byte[] bytes = Field.BytesOf(Field.Required(request).Order, RedPacketOrder.Size);
        byte[] signature = Field.BytesOf(request.Signature, RedPacketSignature.Size);
        if (!RedPacketOrder.TryDecode(bytes, out RedPacketOrder? order) || order is null || order.Packet == Guid.Empty)
        {
            throw Field.Wrong(nameof(request.Order), "is no red packet order of this version");
        }

        RedPacketCreated created = await cluster.RedPacket(order.Packet).Create(new CreateRedPacket(Caller, bytes, signature));
        return new CreateRedPacketResult(created.Status, created.Funding, created.ExpiresAtMs);
    }

    public async Task<OpenRedPacketResult> OpenRedPacket(Guid packet)
    {
        RedPacketOpened opened = await cluster.RedPacket(Field.Id(packet)).Open(new OpenRedPacket(Caller));
        return ChatPaymentRecords.Of(opened);
    }

    public async Task<GetRedPacketResult> GetRedPacket(Guid packet)
    {
        RedPacketDescribed described = await cluster.RedPacket(Field.Id(packet)).Describe(new DescribeRedPacket(Caller));
        return new GetRedPacketResult(described.Status, described.Packet is { } found ? ChatPaymentRecords.Of(packet, found) : null);
    }
}
