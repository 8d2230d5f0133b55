using System.Security.Cryptography;
using System.Text;

using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>
/// Which orders are taken, what a report of the rail changes, and what is left to do. Refusals come in the order of <see cref="RailPaymentStatus"/>.
/// </summary>
public static class RailPaymentRules
{
    /// <summary>Looks at a deposit; <paramref name="rail"/> is null where there is none of that name.</summary>
    public static RailPaymentStatus CheckDeposit(DepositOverRail request, RailDescription? rail) =>
        rail is not { Deposits: true } ? RailPaymentStatus.RailUnknown : CheckMoney(rail, request.Currency, request.MinorUnits);

    /// <summary>
    /// Whether somebody may bring money in: not who is blocked, nor where there are no payments. Accepted, or what a wallet would answer to a payment.
    /// </summary>
    public static WalletStatus CheckHolder(HolderDescribed holder) =>
        holder.Blocked ? WalletStatus.AccountFrozen
        : holder is { Known: true, PaymentsOn: true } ? WalletStatus.Accepted
        : WalletStatus.PaymentsUnavailable;

    /// <summary>Looks at a signed withdrawal; accepted: it is up to the wallet.</summary>
    public static RailPaymentStatus CheckWithdrawal(
        Guid payment, WithdrawOverRail request, WithdrawalOrder? order, AccountDescription user, IPaymentRail? rail, long nowMs)
    {
        if (order is null || order.Payment != payment || order.User == Guid.Empty
            || !CryptographicOperations.FixedTimeEquals(order.Target, WithdrawalOrder.TargetOf(request.Rail, request.Destination)))
        {
            return RailPaymentStatus.OrderInvalid;
        }

        if (request.Caller != new Caller(new UserId(order.User), new DeviceId(order.Device)))
        {
            return RailPaymentStatus.NotAllowed;
        }

        bool signed = user.Devices.FirstOrDefault(device => device.Device.Value == order.Device) is { } signer
            && WithdrawalSignature.Verify(signer.SignatureKey, request.Order, request.Signature);
        if (!signed)
        {
            return RailPaymentStatus.SignatureInvalid;
        }

        if (order.ExpiresAtMs <= nowMs || order.ExpiresAtMs > nowMs + (Limits.OrderSeconds * 1000L))
        {
            return RailPaymentStatus.OrderExpired;
        }

        if (rail is not { Description.Withdrawals: true })
        {
            return RailPaymentStatus.RailUnknown;
        }

        RailPaymentStatus money = CheckMoney(rail.Description, order.Amount.Currency, order.Amount.MinorUnits);
        return money != RailPaymentStatus.Accepted ? money
            : request.Destination.Length <= Limits.RailDestinationLength && rail.TakesDestination(request.Destination) ? RailPaymentStatus.Accepted
            : RailPaymentStatus.DestinationInvalid;
    }

    /// <summary>By which a repeat of a deposit's order is recognised.</summary>
    public static byte[] HashOf(DepositOverRail request) => SHA256.HashData(
    [
        (byte)RailPaymentKind.Deposit,
        .. request.Caller.User.Value.ToByteArray(bigEndian: true),
        .. Encoding.UTF8.GetBytes($"{request.Rail} {request.MinorUnits} {request.Currency}"),
    ]);

    /// <summary>By which a repeat of a withdrawal's order is recognised: its canonical bytes say all of it.</summary>
    public static byte[] HashOf(WithdrawOverRail request) => SHA256.HashData([(byte)RailPaymentKind.Withdrawal, .. request.Order]);

    /// <summary>
    /// Takes in what the rail says. The later stage wins and returns only grow, so that reports may come late, twice and in any order. One that cannot be
    /// of this payment, or that contradicts what was booked for good, changes nothing but the mark that somebody has to look.
    /// </summary>
    public static StoredRailPayment Observe(StoredRailPayment payment, RailReport report)
    {
        bool foreign = report.Rail != payment.Rail || report.Currency != payment.Currency || report.MinorUnits != payment.MinorUnits
            || report.ReturnedMinorUnits < 0 || report.ReturnedMinorUnits > payment.MinorUnits
            || (payment.Reference.Length > 0 && report.Reference.Length > 0 && report.Reference != payment.Reference);
        if (foreign)
        {
            return payment with { Contradicted = true };
        }

        bool newer = report.Stage > payment.Stage;
        // Some rails say of a payout that came back that it has failed after all.
        bool cameBack = payment is { Kind: RailPaymentKind.Withdrawal, Stage: RailStage.Settled } && report.Stage == RailStage.Failed;
        StoredRailPayment seen = payment with
        {
            Stage = newer ? report.Stage : payment.Stage,
            Reference = payment.Reference.Length > 0 ? payment.Reference : report.Reference,
            Instruction = newer || payment.Instruction.Length == 0 ? report.Instruction : payment.Instruction,
            Failure = newer ? report.Failure : payment.Failure,
            Returned = cameBack ? payment.MinorUnits : Math.Max(payment.Returned, report.ReturnedMinorUnits),
        };
        // The rail paid out after it had said that it could not: the money is out and was given back here too.
        bool paidTwice = seen is { Kind: RailPaymentKind.Withdrawal, Ledger: RailLedgerStage.Freed, Stage: RailStage.Settled }
            && seen.Returned < seen.MinorUnits;
        return paidTwice ? seen with { Contradicted = true } : seen;
    }

    /// <summary>What is to be done next.</summary>
    public static RailStep NextStep(StoredRailPayment payment)
    {
        if (payment.Ledger == RailLedgerStage.None && payment.Kind == RailPaymentKind.Withdrawal)
        {
            return RailStep.Reserve;
        }

        if (payment.Ledger is RailLedgerStage.Freed or RailLedgerStage.Refused)
        {
            return RailStep.Rest;
        }

        // What came back before it was booked never needs to be: both sides say nothing.
        bool cameBack = payment.Returned == payment.MinorUnits;
        bool moved = payment.Ledger == RailLedgerStage.Moved;
        return (payment.Kind, payment.Stage) switch
        {
            (_, RailStage.Unsent) => RailStep.Submit,
            (_, RailStage.UnderWay) => RailStep.Wait,
            (RailPaymentKind.Withdrawal, RailStage.Failed) => RailStep.Free,
            (RailPaymentKind.Withdrawal, RailStage.Settled) when !moved => cameBack ? RailStep.Free : RailStep.Post,
            (RailPaymentKind.Deposit, RailStage.Settled) when !moved => cameBack ? RailStep.Rest : RailStep.Credit,
            _ => moved && payment.Reversed < payment.Returned ? RailStep.Reverse : RailStep.Rest,
        };
    }

    /// <summary>How it stands, for its owner.</summary>
    public static RailPaymentState StateOf(StoredRailPayment payment)
    {
        bool cameBack = payment.Returned == payment.MinorUnits;
        return payment.Ledger switch
        {
            RailLedgerStage.Refused => RailPaymentState.Refused,
            RailLedgerStage.Freed => cameBack ? RailPaymentState.Returned : RailPaymentState.Failed,
            RailLedgerStage.Moved => payment.Reversed == payment.MinorUnits ? RailPaymentState.Returned : RailPaymentState.Completed,
            _ => payment.Stage switch
            {
                RailStage.Unsent => RailPaymentState.Ordered,
                RailStage.Failed when payment.Kind == RailPaymentKind.Deposit => RailPaymentState.Failed,
                RailStage.Settled when cameBack && payment.Kind == RailPaymentKind.Deposit => RailPaymentState.Returned,
                _ => RailPaymentState.UnderWay,
            },
        };
    }

    /// <summary>
    /// When the sweep looks again. A payment under way is asked after more and more rarely as it gets older; one that has come to rest too, for as long
    /// as rails take things back, because a webhook about that may be lost like any other. What the rail never took it has no news of.
    /// </summary>
    public static DateTimeOffset? NextLook(StoredRailPayment payment, DateTimeOffset now, RailOptions options)
    {
        TimeSpan age = now - DateTimeOffset.FromUnixTimeMilliseconds(payment.CreatedAtMs);
        bool notTaken = payment is { Stage: RailStage.Failed, Reference.Length: 0 };
        bool over = payment.Ledger == RailLedgerStage.Refused || notTaken || payment.Returned == payment.MinorUnits || age >= options.WatchFor;
        return NextStep(payment) switch
        {
            RailStep.Rest => over ? null : now + Clamp(age, options.RestPause, options.LongestRestPause),
            _ => now + Clamp(age / 2, options.FirstPause, options.LongestPause),
        };
    }

    private static TimeSpan Clamp(TimeSpan time, TimeSpan least, TimeSpan most) => time < least ? least : time > most ? most : time;

    private static RailPaymentStatus CheckMoney(RailDescription rail, Currency currency, long minorUnits) =>
        !rail.Currencies.Contains(currency) ? RailPaymentStatus.CurrencyNotServed
        : minorUnits <= 0 ? RailPaymentStatus.AmountInvalid
        : minorUnits > Limits.TransferMinorUnits ? RailPaymentStatus.AmountTooLarge
        : RailPaymentStatus.Accepted;
}

/// <summary>One thing to do for a payment. Numbers are part of the ids of transfers and never change.</summary>
public enum RailStep
{
    /// <summary>Nothing, unless the rail has news.</summary>
    Rest = 0,

    /// <summary>Reserve the money of a withdrawal.</summary>
    Reserve = 1,

    /// <summary>Tell the rail.</summary>
    Submit = 2,

    /// <summary>Wait for the rail, and ask it at times.</summary>
    Wait = 3,

    /// <summary>Credit a deposit.</summary>
    Credit = 4,

    /// <summary>Let the reserved money of a withdrawal go.</summary>
    Post = 5,

    /// <summary>Give the reserved money back.</summary>
    Free = 6,

    /// <summary>Book what has come back.</summary>
    Reverse = 7,
}
