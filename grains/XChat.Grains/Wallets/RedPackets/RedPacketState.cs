using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>How far a red packet has come. Numbers are stored and never change.</summary>
public enum RedPacketStage
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>The order is kept; whether the payer's wallet has filled the packet, the ledger knows.</summary>
    Filling = 1,

    /// <summary>Filled: it can be opened until its time is over or all is taken.</summary>
    Open = 2,

    /// <summary>The payer's wallet refused to fill it.</summary>
    Refused = 3,

    /// <summary>It can no longer be opened; the rest goes back, or has.</summary>
    Ended = 4,
}

/// <summary>A red packet as storage has it. <c>Order</c> is the signed order's bytes; <c>Funding</c> the wallet's refusal, if it was that.</summary>
public sealed record StoredRedPacket(
    Guid Packet,
    UserId Payer,
    ConversationId Conversation,
    RedPacketMode Mode,
    Currency Currency,
    long MinorUnits,
    int Count,
    long CreatedAtMs,
    long ExpiresAtMs,
    byte[] Order,
    RedPacketStage Stage,
    WalletStatus Funding,
    long RefundMinorUnits,
    IReadOnlyList<RedPacketClaim> Claims);

/// <summary>A red packet as its next opening sees it. It only changes by what is durable, except inside of one batch of openings.</summary>
public sealed class RedPacketState(StoredRedPacket stored)
{
    private readonly Dictionary<UserId, RedPacketClaim> _claims = stored.Claims.ToDictionary(claim => claim.User);
    private readonly List<RedPacketClaim> _order = [.. stored.Claims];

    public StoredRedPacket Terms { get; } = stored;

    public RedPacketMode Mode => Terms.Mode;

    public long ExpiresAtMs => Terms.ExpiresAtMs;

    public RedPacketStage Stage { get; private set; } = stored.Stage;

    public WalletStatus Funding { get; private set; } = stored.Funding;

    public long Refund { get; private set; } = stored.RefundMinorUnits;

    /// <summary>What nobody has claimed, minor units.</summary>
    public long Left { get; private set; } = stored.MinorUnits - stored.Claims.Sum(claim => claim.MinorUnits);

    public int SharesLeft => Terms.Count - _order.Count;

    /// <summary>In the order in which they were decided.</summary>
    public IReadOnlyList<RedPacketClaim> Claims => _order;

    public RedPacketClaim? ClaimOf(UserId user) => _claims.GetValueOrDefault(user);

    public void Apply(RedPacketClaim claim)
    {
        _claims.Add(claim.User, claim);
        _order.Add(claim);
        Left = checked(Left - claim.MinorUnits);
    }

    public void ApplyFunding(WalletStatus funding) =>
        (Stage, Funding) = (funding == WalletStatus.Accepted ? RedPacketStage.Open : RedPacketStage.Refused, funding);

    public void ApplyEnd() => (Stage, Refund) = (RedPacketStage.Ended, Left);
}
