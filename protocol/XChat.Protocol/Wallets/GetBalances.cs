using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>Asks for the caller's wallets: that of one currency, or all (null).</summary>
[MessagePackObject]
public sealed record GetBalancesRequest([property: Key("currency")] string? Currency);

/// <summary>
/// One wallet of the caller. <c>Available</c> can be spent; <c>Reserved</c> waits for others to accept; <c>Incoming</c> waits for the caller to accept.
/// </summary>
[MessagePackObject]
public sealed record WalletView(
    [property: Key("available")] Amount Available,
    [property: Key("reserved")] Amount Reserved,
    [property: Key("incoming")] Amount Incoming,
    [property: Key("frozen")] bool Frozen);

/// <summary>The caller's wallets in order of the currency's code; those that nothing has ever moved in are left out.</summary>
[MessagePackObject]
public sealed record GetBalancesResult([property: Key("wallets")] IReadOnlyList<WalletView> Wallets);
