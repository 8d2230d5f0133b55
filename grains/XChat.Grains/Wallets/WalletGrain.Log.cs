using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Log lines. Events 3000 to 3099 are wallets'. None names an owner or an amount.</summary>
public sealed partial class WalletGrain
{
    [LoggerMessage(
        EventId = 3000,
        Level = LogLevel.Information,
        Message = "A wallet of kind {Kind} is loaded again: another writer got ahead or storage failed.")]
    private partial void LogReload(WalletKind kind);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "A wallet of kind {Kind} was frozen or thawed: frozen is {Frozen}.")]
    private partial void LogFrozen(WalletKind kind, bool frozen);
}
