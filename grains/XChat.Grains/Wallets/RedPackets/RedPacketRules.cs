using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>Whether a red packet may be filled, who may open it, and how much is in a share. Refusals come in the order of their status.</summary>
public static class RedPacketRules
{
    /// <summary>Looks at a signed order; accepted: it is up to the conversation and the payer's wallet.</summary>
    public static RedPacketStatus CheckOrder(Guid packet, CreateRedPacket request, RedPacketOrder? order, AccountDescription payer, long nowMs)
    {
        if (order is null || order.Packet != packet || order.Payer == Guid.Empty || order.Conversation == Guid.Empty)
        {
            return RedPacketStatus.OrderInvalid;
        }

        if (request.Caller != new Caller(new UserId(order.Payer), new DeviceId(order.Device)))
        {
            return RedPacketStatus.NotAllowed;
        }

        bool signed = payer.Devices.FirstOrDefault(device => device.Device.Value == order.Device) is { } signer
            && RedPacketSignature.Verify(signer.SignatureKey, request.Order, request.Signature);
        if (!signed)
        {
            return RedPacketStatus.SignatureInvalid;
        }

        if (order.ExpiresAtMs <= nowMs || order.ExpiresAtMs > nowMs + (Limits.OrderSeconds * 1000L))
        {
            return RedPacketStatus.OrderExpired;
        }

        if (order.Count is < 1 or > Limits.RedPacketShares)
        {
            return RedPacketStatus.CountInvalid;
        }

        if (order.Amount.MinorUnits < order.Count)
        {
            return RedPacketStatus.AmountInvalid;
        }

        return order.Amount.MinorUnits > Limits.TransferMinorUnits ? RedPacketStatus.AmountTooLarge : RedPacketStatus.Accepted;
    }

    /// <summary>Looks at the conversation that a packet is for.</summary>
    public static RedPacketStatus CheckConversation(MembersFound found, UserId user) =>
        !found.Members.Contains(user) ? RedPacketStatus.NotMember
        : found.Type != ConversationType.Group ? RedPacketStatus.NotGroup
        : RedPacketStatus.Accepted;

    /// <summary>
    /// Decides an opening. The share is null unless it is the first of this person: then it has to become durable before anybody hears of it.
    /// </summary>
    public static (RedPacketStatus Status, RedPacketClaim? Claim) Open(
        RedPacketState state, UserId user, bool member, RandomNumberGenerator random, long nowMs)
    {
        if (state.Stage is RedPacketStage.Filling or RedPacketStage.Refused || !member)
        {
            return (RedPacketStatus.NotMember, null);
        }

        if (state.ClaimOf(user) is not null)
        {
            return (RedPacketStatus.AlreadyOpened, null);
        }

        if (state.Left == 0)
        {
            return (RedPacketStatus.AllTaken, null);
        }

        if (state.Stage == RedPacketStage.Ended || nowMs >= state.ExpiresAtMs)
        {
            return (RedPacketStatus.Expired, null);
        }

        long share = ShareOf(state.Mode, state.Left, state.SharesLeft, random);
        return (RedPacketStatus.Accepted, new RedPacketClaim(user, share, nowMs));
    }

    /// <summary>The next share of what is left. Every share is at least one minor unit, and so is what it leaves for each of those to come.</summary>
    /// <param name="mode">How the packet is shared out.</param>
    /// <param name="left">What is left, minor units; at least one for each share.</param>
    /// <param name="shares">Shares that are left, this one included.</param>
    /// <param name="random">A cryptographic source: nobody may foresee who gets most.</param>
    public static long ShareOf(RedPacketMode mode, long left, int shares, RandomNumberGenerator random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shares);
        ArgumentOutOfRangeException.ThrowIfLessThan(left, shares);
        if (shares == 1)
        {
            return left;
        }

        if (mode == RedPacketMode.Equal)
        {
            // Rounded up: the first get the minor units that do not divide.
            return ((left - 1) / shares) + 1;
        }

        // Twice the average, unless that would leave someone without anything.
        long most = Math.Min(2 * left / shares, left - (shares - 1));
        return 1 + Uniform(most, random);
    }

    /// <summary>A number from 0 to below a bound, each as likely as any other: draws that would favour the small ones are thrown away.</summary>
    private static long Uniform(long bound, RandomNumberGenerator random)
    {
        ulong range = (ulong)bound;
        ulong biased = (ulong.MaxValue % range) + 1 == range ? 0 : (ulong.MaxValue % range) + 1;
        Span<byte> bytes = stackalloc byte[8];
        ulong drawn;
        do
        {
            random.GetBytes(bytes);
            drawn = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }
        while (drawn > ulong.MaxValue - biased);
        return (long)(drawn % range);
    }
}
