using MessagePack;

namespace XChat.Protocol.Wallets;

/// <summary>Asks which rails the server has: those that carry a currency, or all (null).</summary>
[MessagePackObject]
public sealed record ListRailsRequest([property: Key("currency")] string? Currency);

/// <summary>The rails, the one to prefer first; none when money can neither come in nor go out.</summary>
[MessagePackObject]
public sealed record ListRailsResult([property: Key("rails")] IReadOnlyList<RailView> Rails);

/// <summary>
/// A way for money to come in and go out. <c>PlayMoney</c>: nothing on it has any value; clients say so wherever they show an amount of it.
/// <c>DestinationNeeded</c>: a withdrawal has to say where to.
/// </summary>
[MessagePackObject]
public sealed record RailView(
    [property: Key("rail")] string Rail,
    [property: Key("name")] string Name,
    [property: Key("playMoney")] bool PlayMoney,
    [property: Key("deposits")] bool Deposits,
    [property: Key("withdrawals")] bool Withdrawals,
    [property: Key("destinationNeeded")] bool DestinationNeeded,
    [property: Key("currencies")] IReadOnlyList<string> Currencies);

/// <summary>Orders a deposit. <c>Payment</c> is an id that the device has chosen and kept.</summary>
[MessagePackObject]
public sealed record DepositRequest(
    [property: Key("payment")] Guid Payment,
    [property: Key("rail")] string Rail,
    [property: Key("amount")] Amount Amount);

/// <summary>
/// Orders a withdrawal. <c>Order</c> is the canonical bytes of a <see cref="WithdrawalOrder"/>, <c>Signature</c> the device's over them;
/// <c>Destination</c> is what the rail understands, empty where none is needed.
/// </summary>
[MessagePackObject]
public sealed record WithdrawRequest(
    [property: Key("order")] byte[] Order,
    [property: Key("signature")] byte[] Signature,
    [property: Key("rail")] string Rail,
    [property: Key("destination")] string Destination);

/// <summary>
/// What came of an order, or how a payment stands. <c>Wallet</c> is the wallet's answer when it refused; the payment is null when there is none.
/// </summary>
[MessagePackObject]
public sealed record RailPaymentResult(
    [property: Key("status")] RailPaymentStatus Status,
    [property: Key("wallet")] WalletStatus Wallet,
    [property: Key("payment")] RailPaymentView? Payment);

/// <summary>
/// A payment over a rail now. <c>Returned</c> is what has come back after settlement; <c>Owed</c> is the part of it that the wallet no longer had.
/// <c>Transfer</c> is the transfer of the ledger, empty before there is one. <c>Instruction</c> is what the person has to do, in the rail's own form, and
/// <c>Failure</c> the rail's reason; both empty for none. Times are Unix milliseconds.
/// </summary>
[MessagePackObject]
public sealed record RailPaymentView(
    [property: Key("payment")] Guid Payment,
    [property: Key("rail")] string Rail,
    [property: Key("kind")] RailPaymentKind Kind,
    [property: Key("state")] RailPaymentState State,
    [property: Key("amount")] Amount Amount,
    [property: Key("returned")] Amount Returned,
    [property: Key("owed")] Amount Owed,
    [property: Key("transfer")] Guid Transfer,
    [property: Key("instruction")] string Instruction,
    [property: Key("failure")] string Failure,
    [property: Key("createdAtMs")] long CreatedAtMs,
    [property: Key("changedAtMs")] long ChangedAtMs);
