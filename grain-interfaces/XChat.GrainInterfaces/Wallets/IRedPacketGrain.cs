using Orleans.Concurrency;

using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>One red packet: decides who gets how much of it, once.</summary>
/// <remarks>
/// Key: the packet id, which is also the owner of the packet's wallet.
/// Owns: the packet's terms and its claims. Its money is its wallet's.
/// Durable when: the result is returned; the share is in the claimant's wallet then.
/// Retry: always; a packet is filled once and opened once by each person.
/// Scheduling: openings and reads interleave; openings that come while others are committed share the next commit.
/// </remarks>
[GrainInterfaceType("xchat.red-packet"), Alias("xchat.IRedPacketGrain")]
public interface IRedPacketGrain : IGrainWithGuidKey
{
    /// <summary>Fills the packet by an order that the payer's device signed.</summary>
    [Alias("create")]
    Task<RedPacketCreated> Create(CreateRedPacket request);

    /// <summary>Gives the caller a share.</summary>
    [Alias("open"), AlwaysInterleave]
    Task<RedPacketOpened> Open(OpenRedPacket request);

    /// <summary>Tells a member how the packet stands.</summary>
    [Alias("describe"), AlwaysInterleave]
    Task<RedPacketDescribed> Describe(DescribeRedPacket request);

    /// <summary>Finishes what a crash left, and gives the rest back when the time is over. The sweep calls it.</summary>
    [Alias("settle"), AlwaysInterleave]
    Task Settle();
}

/// <summary>A signed order: the canonical bytes of a <see cref="RedPacketOrder"/> and the device's signature over them.</summary>
[GenerateSerializer, Immutable, Alias("xchat.CreateRedPacket")]
public sealed record CreateRedPacket(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] byte[] Order,
    [property: Id(2)] byte[] Signature);

/// <summary>What came of the order; <c>Funding</c> is the wallet's refusal, if it was that.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RedPacketCreated")]
public sealed record RedPacketCreated(
    [property: Id(0)] RedPacketStatus Status,
    [property: Id(1)] WalletStatus Funding,
    [property: Id(2)] long ExpiresAtMs);

/// <summary>The caller opens the packet.</summary>
[GenerateSerializer, Immutable, Alias("xchat.OpenRedPacket")]
public sealed record OpenRedPacket([property: Id(0)] Accounts.Caller Caller);

/// <summary>The caller's share (0: none) and the transfer that brought it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RedPacketOpened")]
public sealed record RedPacketOpened(
    [property: Id(0)] RedPacketStatus Status,
    [property: Id(1)] long MinorUnits,
    [property: Id(2)] Currency Currency,
    [property: Id(3)] TransferId Transfer);

/// <summary>Asks how the packet stands.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeRedPacket")]
public sealed record DescribeRedPacket([property: Id(0)] Accounts.Caller Caller);

/// <summary>The packet, or the reason why not.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RedPacketDescribed")]
public sealed record RedPacketDescribed([property: Id(0)] RedPacketStatus Status, [property: Id(1)] RedPacketDescription? Packet);

/// <summary>A packet: its terms, and what has become of it. <c>RefundMinorUnits</c> is 0 until its end.</summary>
[GenerateSerializer, Immutable, Alias("xchat.RedPacketDescription")]
public sealed record RedPacketDescription(
    [property: Id(0)] ConversationId Conversation,
    [property: Id(1)] UserId Payer,
    [property: Id(2)] RedPacketMode Mode,
    [property: Id(3)] Currency Currency,
    [property: Id(4)] long MinorUnits,
    [property: Id(5)] int Count,
    [property: Id(6)] long LeftMinorUnits,
    [property: Id(7)] long ExpiresAtMs,
    [property: Id(8)] bool Ended,
    [property: Id(9)] long RefundMinorUnits,
    [property: Id(10)] IReadOnlyList<RedPacketClaim> Claims);

/// <summary>One person's share and when it was decided (Unix ms).</summary>
[GenerateSerializer, Immutable, Alias("xchat.RedPacketClaim")]
public sealed record RedPacketClaim([property: Id(0)] UserId User, [property: Id(1)] long MinorUnits, [property: Id(2)] long TimeMs);
