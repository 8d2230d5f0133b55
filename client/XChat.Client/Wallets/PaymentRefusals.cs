using XChat.Protocol.Wallets;

namespace XChat.Client.Wallets;

/// <summary>Says what a refusal in matters of money means. Each text begins with the status's name, which scripts can look for.</summary>
internal static class PaymentRefusals
{
    /// <summary>A red packet's.</summary>
    public static XChatException Of(RedPacketStatus status, WalletStatus funding, string what) => status == RedPacketStatus.FundingRefused
        ? Of(funding, what)
        : Refused(status, what, status switch
        {
            RedPacketStatus.NotMember => "you are not in the conversation, or there is no such red packet",
            RedPacketStatus.NotGroup => "red packets are for groups",
            RedPacketStatus.CountInvalid => "a red packet has 1 to 1000 shares",
            RedPacketStatus.AmountInvalid => "there has to be at least one minor unit for each share",
            RedPacketStatus.AmountTooLarge => "the amount is too large",
            RedPacketStatus.Expired => "its time is over; what was left went back",
            RedPacketStatus.AllTaken => "others were faster; nothing is left",
            RedPacketStatus.Overloaded => "too many open it at this moment; try again",
            RedPacketStatus.SignatureInvalid => "the server does not accept this device's signature",
            RedPacketStatus.OrderExpired => "this device's clock differs too much from the server's",
            _ => "the server refused it",
        });

    /// <summary>A deposit's or a withdrawal's.</summary>
    public static XChatException Of(RailPaymentStatus status, WalletStatus wallet, string what) => status == RailPaymentStatus.WalletRefused
        ? Of(wallet, what)
        : Refused(status, what, status switch
        {
            RailPaymentStatus.RailUnknown => "the server has no such way for money to come in or go out",
            RailPaymentStatus.CurrencyNotServed => "that way does not carry the currency",
            RailPaymentStatus.AmountInvalid => "the amount has to be above zero",
            RailPaymentStatus.AmountTooLarge => "the amount is too large",
            RailPaymentStatus.DestinationInvalid => "it cannot be paid out there; give a destination that the rail knows (--to)",
            RailPaymentStatus.SignatureInvalid => "the server does not accept this device's signature",
            RailPaymentStatus.OrderExpired => "this device's clock differs too much from the server's",
            _ => "the server refused it",
        });

    /// <summary>A payment request's.</summary>
    public static XChatException Of(PaymentRequestStatus status, string what) => Refused(status, what, status switch
    {
        PaymentRequestStatus.NotMember => "you have no part in such a request, or somebody is not in the conversation",
        PaymentRequestStatus.NotAllowed => "who is asked pays or declines, who asks cancels",
        PaymentRequestStatus.AmountInvalid => "every amount has to be above zero",
        PaymentRequestStatus.AmountTooLarge => "the amount is too large",
        PaymentRequestStatus.SharesDoNotSum => "the shares do not add up to the total",
        PaymentRequestStatus.SelfPayment => "name somebody else",
        PaymentRequestStatus.Paid => "it has been paid",
        PaymentRequestStatus.Declined => "it has been declined",
        PaymentRequestStatus.Cancelled => "it was cancelled",
        PaymentRequestStatus.Expired => "its time is over; ask anew",
        PaymentRequestStatus.PaymentUnderWay => "another device is paying it at this moment",
        _ => "the server refused it",
    });

    /// <summary>A dispute's.</summary>
    public static XChatException Of(DisputeStatus status, string what) => Refused(status, what, status switch
    {
        DisputeStatus.NotFound => "you have no part in such a payment, or nobody disputes it",
        DisputeStatus.NotAllowed => "who paid another person disputes it, and takes that back",
        DisputeStatus.NotCompleted => "no money has moved: recall the payment, or wait until it goes back",
        DisputeStatus.TooLate => "the payment is too old",
        DisputeStatus.Refunded => "all of it was given back",
        DisputeStatus.Decided => "it is decided",
        _ => "the server refused it",
    });

    /// <summary>A wallet's.</summary>
    public static XChatException Of(WalletStatus status, string what) => Refused(status, what, status switch
    {
        WalletStatus.InsufficientFunds => "the wallet does not hold that much",
        WalletStatus.AccountFrozen => "the wallet is frozen; ask the operator",
        WalletStatus.PayeeUnknown => "there is no such person",
        WalletStatus.SelfPayment => "name somebody else",
        WalletStatus.AmountInvalid => "the amount has to be above zero",
        WalletStatus.AmountTooLarge => "the amount is too large",
        WalletStatus.CardInvalid => "the memo is too long",
        WalletStatus.OrderExpired => "this device's clock differs too much from the server's",
        WalletStatus.PendingNotFound => "there is no such payment that waits",
        WalletStatus.PendingResolved => "it was accepted, declined or recalled before",
        WalletStatus.PendingExpired => "its time is over; the money went back",
        WalletStatus.TooManyPending => "too many payments wait for acceptance",
        WalletStatus.NotAllowed => "it is not yours to do",
        WalletStatus.RequestNotPayable => "the request is paid, declined, cancelled or over",
        WalletStatus.PaymentsUnavailable => "there are no payments where you are; messages go on",
        WalletStatus.FeatureUnavailable => "your account does not have this yet; ask the operator",
        WalletStatus.PayeeUnavailable => "they cannot be paid in this way",
        WalletStatus.LimitReached => "it is more than you may pay at once, today, this month or this year",
        WalletStatus.PayeeLimitReached => "it is more than they may get at once, today, this month or this year",
        WalletStatus.NotRefundable => "you give back what a person paid you, and at most what is left of it",
        WalletStatus.Overloaded => "the wallet is overloaded; it is tried again with the same order",
        _ => "the server refused it",
    });

    private static XChatException Refused<T>(T status, string what, string text)
        where T : struct, Enum => XChatException.Of(ClientErrorReason.Refused, status.ToString(), $"{what}: {text}.");
}
