using XChat.Grains.Accounts;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;

namespace XChat.Grains.Wallets;

/// <summary>What a wallet reaches outside of itself.</summary>
public sealed record WalletPorts(
    IWalletLedger Ledger, LedgerCommitter Committer, IDeviceDirectory Devices, TermsDirectory Terms);
