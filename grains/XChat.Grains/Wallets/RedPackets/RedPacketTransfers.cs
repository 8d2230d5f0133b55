using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>
/// Moves a red packet's money. Every transfer's id follows from the packet and the person, so a retry, another activation or the sweep after a crash
/// asks the ledger for the very same transfer and nobody is paid twice.
/// </summary>
public sealed class RedPacketTransfers(IGrainFactory grains)
{
    /// <summary>Each freeze of the packet's wallet costs one id at most; more than this is not tried in one go.</summary>
    private const int Attempts = 16;

    private static ReadOnlySpan<byte> Label => "XChat 1.0 red packet"u8;

    /// <summary>Fills a packet from its payer's wallet. The wallet's refusal is for good: the transfer's id is the packet's.</summary>
    public async Task<WalletStatus> FillAsync(StoredRedPacket packet)
    {
        TransferId id = new(packet.Packet);
        TransferDecided decided = await grains.Wallet(packet.Payer, packet.Currency).Transfer(new TransferMoney(
            id,
            packet.Payer.Value,
            [new TransferLeg(id, WalletOf(packet), packet.MinorUnits, TransferReason.RedPacketFunded, 0, packet.Packet)]));
        return decided.Status switch
        {
            WalletStatus.Accepted or WalletStatus.AlreadyAccepted => WalletStatus.Accepted,
            WalletStatus.Overloaded => throw new StorageUnavailableException("The payer's wallet is overloaded. Repeat with the same order."),
            var refused => refused,
        };
    }

    /// <summary>Brings a share to the one who claimed it.</summary>
    public Task<TransferId> PayAsync(StoredRedPacket packet, RedPacketClaim claim) =>
        MoveAsync(packet, claim.User, claim.MinorUnits, TransferReason.RedPacketClaimed);

    /// <summary>Brings the rest back to the payer.</summary>
    public Task<TransferId> RefundAsync(StoredRedPacket packet, long minorUnits) =>
        MoveAsync(packet, packet.Payer, minorUnits, TransferReason.RedPacketRefunded);

    /// <summary>What has left the packet's wallet so far.</summary>
    public async Task<long> PaidAsync(StoredRedPacket packet) => (await grains.Wallet(WalletOf(packet)).Balance(new ReadBalance())).DebitsPosted;

    /// <summary>
    /// The ledger keeps a refusal with its id for good. While the packet's wallet is frozen nothing moves; once it is not, the refused id is passed
    /// over for the next one. An id is only passed over for good, so at most one of them ever moves money.
    /// </summary>
    private async Task<TransferId> MoveAsync(StoredRedPacket packet, UserId to, long minorUnits, TransferReason reason)
    {
        IWalletGrain wallet = grains.Wallet(WalletOf(packet));
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            TransferId id = IdOf(packet.Packet, to, reason, attempt);
            TransferDecided decided = await wallet.Transfer(new TransferMoney(
                id, to.Value, [new TransferLeg(id, WalletKey.Of(to, packet.Currency), minorUnits, reason, 0, packet.Packet)]));
            if (decided.Status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted)
            {
                return id;
            }

            if (decided.Status != WalletStatus.AccountFrozen || (await wallet.Balance(new ReadBalance())).Frozen)
            {
                throw new StorageUnavailableException($"The packet's wallet cannot pay now ({decided.Status}). What is due is paid later by itself.");
            }
        }

        throw new StorageUnavailableException("The packet's wallet was frozen too often. What is due is paid later by itself.");
    }

    private static WalletKey WalletOf(StoredRedPacket packet) => new(WalletKind.RedPacket, packet.Packet, packet.Currency);

    /// <summary>The first 16 bytes of SHA-256 over a label, packet, person, reason and attempt, as a UUID (version 8).</summary>
    private static TransferId IdOf(Guid packet, UserId user, TransferReason reason, int attempt)
    {
        Span<byte> input = stackalloc byte[Label.Length + 16 + 16 + 4 + 4];
        Label.CopyTo(input);
        Span<byte> rest = input[Label.Length..];
        packet.TryWriteBytes(rest, bigEndian: true, out _);
        user.Value.TryWriteBytes(rest[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(rest[32..], (int)reason);
        BinaryPrimitives.WriteInt32BigEndian(rest[36..], attempt);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new TransferId(new Guid(hash[..16], bigEndian: true));
    }
}
