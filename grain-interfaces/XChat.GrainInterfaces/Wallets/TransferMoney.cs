using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>
/// One or more transfers from this wallet, all or none of them. <c>Command</c> makes the call repeatable; <c>Actor</c> is the user or system
/// part on whose behalf it is.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.TransferMoney")]
public sealed record TransferMoney(
    [property: Id(0)] TransferId Command,
    [property: Id(1)] Guid Actor,
    [property: Id(2)] IReadOnlyList<TransferLeg> Legs);

/// <summary>
/// One transfer of a linked group. <c>ExpiresAtMs</c>: 0 for a posted transfer, else a pending one that expires then (Unix ms).
/// <c>Reference</c>: what it is for - a request, a red packet, a rail's payment; empty for nothing.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.TransferLeg")]
public sealed record TransferLeg(
    [property: Id(0)] TransferId Transfer,
    [property: Id(1)] WalletKey Credit,
    [property: Id(2)] long MinorUnits,
    [property: Id(3)] TransferReason Reason,
    [property: Id(4)] long ExpiresAtMs,
    [property: Id(5)] Guid Reference);
