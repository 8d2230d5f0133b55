using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>
/// Takes a payment by a code that its payer shows. <c>Code</c> is the canonical bytes of a <see cref="PayerCode"/>, <c>Signature</c> the payer's device's
/// over them; the amount is at most what the code says.
/// </summary>
[MessagePackObject]
public sealed record RedeemPayerCodeRequest(
    [property: Key("code")] byte[] Code,
    [property: Key("signature")] byte[] Signature,
    [property: Key("amount")] Amount Amount);
