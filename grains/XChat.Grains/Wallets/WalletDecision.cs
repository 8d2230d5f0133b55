using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// What the rules say to a command. <c>Command</c> is what has to become durable: transfers, or a refusal that is kept with its id. Null: it is
/// refused, and asking again may get another answer.
/// </summary>
public readonly record struct WalletDecision(WalletStatus Status, DecidedCommand? Command)
{
    public static WalletDecision Refuse(WalletStatus status) => new(status, null);
}
