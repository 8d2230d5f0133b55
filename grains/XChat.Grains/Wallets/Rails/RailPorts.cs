using XChat.Grains.Accounts;

namespace XChat.Grains.Wallets.Rails;

/// <summary>What a payment over a rail reaches outside of itself.</summary>
public sealed record RailPorts(IRailPaymentStore Store, PaymentRails Rails, RailTransfers Transfers, IDeviceDirectory Devices);
