using XChat.Grains.Accounts;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>What a red packet reaches outside of itself.</summary>
public sealed record RedPacketPorts(IRedPacketStore Store, RedPacketTransfers Transfers, IDeviceDirectory Devices, IConversationRoster Roster);
