using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.Crypto.Wallets;

/// <summary>
/// A device's Ed25519 signature over the canonical bytes of a payer code. The label keeps it apart from everything else that the device key
/// signs, payments of people included: a code can only be redeemed.
/// </summary>
public static class PayerCodeSignature
{
    /// <summary>Length, bytes.</summary>
    public const int Size = LabelledSignature.Size;

    private const string Label = "XChat 1.0 payer code";

    /// <summary>Signs the canonical bytes of a code.</summary>
    /// <param name="deviceKey">The device's Ed25519 key.</param>
    /// <param name="order">The canonical bytes.</param>
    /// <returns>64 bytes.</returns>
    public static byte[] Sign(Key deviceKey, ReadOnlySpan<byte> order)
    {
        ArgumentNullException.ThrowIfNull(deviceKey);
        return LabelledSignature.Sign(deviceKey, Label, order);
    }

    /// <summary>Whether a signature is the device's over these bytes. Never throws on foreign bytes.</summary>
    public static bool Verify(ReadOnlySpan<byte> deviceKey, ReadOnlySpan<byte> order, ReadOnlySpan<byte> signature) =>
        LabelledSignature.Verify(deviceKey, Label, order, signature);
}
