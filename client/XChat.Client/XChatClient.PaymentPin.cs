using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Client;

/// <summary>The PIN for payments of this device.</summary>
public sealed partial class XChatClient
{
    /// <summary>Whether this device asks for a PIN before larger payments.</summary>
    public bool HasPaymentPin => PaymentPin.IsSet;

    private PaymentPin PaymentPin => new(_store, _options.Time, _options.PinCost);

    /// <summary>Sets the PIN for payments of this device, or another one.</summary>
    /// <exception cref="XChatException">It is no PIN, or the one before is not given. The text begins with the status.</exception>
    public void SetPaymentPin(string pin, string? before = null) => PaymentPin.Set(pin, before);

    /// <summary>Has this device ask no more.</summary>
    /// <exception cref="XChatException">The PIN is not given. The text begins with the status.</exception>
    public void RemovePaymentPin(string pin) => PaymentPin.Remove(pin);

    /// <summary>Whether a payment needs the PIN: one is set, and the payment is not small or comes after too many without it.</summary>
    public bool NeedsPaymentPin(Money amount) => PaymentPin.IsNeededFor(amount);
}
