using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>
/// The caller takes a payment from this wallet by a code that the payer's device signed: <c>Code</c> is the canonical bytes of a <see cref="PayerCode"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.RedeemCode")]
public sealed record RedeemCode(
    [property: Id(0)] Accounts.Caller Caller,
    [property: Id(1)] byte[] Code,
    [property: Id(2)] byte[] Signature,
    [property: Id(3)] long MinorUnits);
