using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>Typed references to red packets and payment requests.</summary>
public static class ChatPaymentGrainFactoryExtensions
{
    /// <summary>A red packet.</summary>
    public static IRedPacketGrain RedPacket(this IGrainFactory factory, Guid packet) => factory.GetGrain<IRedPacketGrain>(packet);

    /// <summary>A payment request.</summary>
    public static IPaymentRequestGrain PaymentRequest(this IGrainFactory factory, Guid request) => factory.GetGrain<IPaymentRequestGrain>(request);

    /// <summary>A person's requests.</summary>
    public static IPaymentRequestListGrain PaymentRequestList(this IGrainFactory factory, UserId user) =>
        factory.GetGrain<IPaymentRequestListGrain>(user.Value);
}
