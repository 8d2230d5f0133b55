using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>What a wallet's refusal means, for people. The text begins with the status's name.</summary>
public static class PaymentExplanation
{
    /// <summary>The text for a status, behind what did not happen.</summary>
    public static string Of(WalletStatus status, string what) => PaymentRefusals.Of(status, what).Message;
}
