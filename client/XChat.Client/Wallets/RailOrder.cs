using MessagePack;

using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>
/// A deposit or withdrawal of this device, kept from before it is sent until the server has answered. <c>Request</c> is the call that orders it.
/// </summary>
[MessagePackObject]
internal sealed record RailOrder(
    [property: Key(0)] Guid Payment,
    [property: Key(1)] RailPaymentKind Kind,
    [property: Key(2)] byte[] Request)
{
    /// <summary>Where all of a profile are kept.</summary>
    public const string Setting = "rail-orders";
}
