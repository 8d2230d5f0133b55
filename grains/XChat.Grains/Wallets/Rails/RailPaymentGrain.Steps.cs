using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>Doing what is left to do, a step at a time. Events 3064 to 3069; none names a person or an amount.</summary>
public sealed partial class RailPaymentGrain
{
    /// <summary>
    /// Takes steps until there is none, or one that cannot be done now. The payment is durable and due whatever happens here, so the caller need not hear
    /// of a rail or a wallet that is away.
    /// </summary>
    private async Task ContinueAsync()
    {
        try
        {
            StoredRailPayment? next;
            while (_state is { } payment && (next = await StepAsync(payment)) is not null)
            {
                await SaveAsync(payment, next);
            }
        }
        catch (Exception away) when (away is RailUnavailableException or StorageUnavailableException)
        {
            metrics.RailPutOff(_state?.Rail ?? string.Empty);
            LogPutOff(away, _state?.Rail ?? string.Empty);
        }
    }

    /// <summary>Does the next thing; null when there is nothing to do but to wait.</summary>
    private async Task<StoredRailPayment?> StepAsync(StoredRailPayment payment)
    {
        switch (RailPaymentRules.NextStep(payment))
        {
            case RailStep.Reserve:
                long until = (time.GetUtcNow() + _options.WithdrawalPatience).ToUnixTimeMilliseconds();
                WalletStatus reserved = await ports.Transfers.ReserveAsync(payment, until);
                return reserved == WalletStatus.Accepted
                    ? payment with { Ledger = RailLedgerStage.Reserved }
                    : payment with { Ledger = RailLedgerStage.Refused, Refusal = reserved };
            case RailStep.Submit:
                IPaymentRail rail = ports.Rails.Find(payment.Rail)
                    ?? throw new RailUnavailableException($"Rail {payment.Rail} is not configured any more.");
                RailReport report = await rail.SubmitAsync(
                    new RailInstruction(
                        payment.Payment,
                        payment.Kind,
                        payment.Currency,
                        payment.MinorUnits,
                        payment.Destination,
                        DateTimeOffset.FromUnixTimeMilliseconds(payment.CreatedAtMs)),
                    CancellationToken.None);
                StoredRailPayment seen = RailPaymentRules.Observe(payment, report);
                return seen.Stage == RailStage.Unsent ? Contradict(payment) : seen;
            case RailStep.Credit:
                await ports.Transfers.CreditAsync(payment);
                return payment with { Ledger = RailLedgerStage.Moved };
            case RailStep.Post:
                return await ports.Transfers.PostAsync(payment)
                    ? payment with { Ledger = RailLedgerStage.Moved }
                    : payment with { Ledger = RailLedgerStage.Freed, Contradicted = true };
            case RailStep.Free:
                await ports.Transfers.FreeAsync(payment);
                return payment with { Ledger = RailLedgerStage.Freed };
            case RailStep.Reverse:
                long owed = await ports.Transfers.ReverseAsync(payment);
                return payment with { Reversed = payment.Returned, Owed = checked(payment.Owed + owed) };
            default:
                return null;
        }
    }

    /// <summary>Asks the rail how it stands: its webhook may be lost.</summary>
    private async Task AskAsync(IPaymentRail rail, StoredRailPayment payment)
    {
        try
        {
            RailReport? report = await rail.FindAsync(
                new RailPaymentName(payment.Payment, payment.Kind, payment.Reference), CancellationToken.None);
            if (report is null)
            {
                LogLost(payment.Rail);
            }

            await SaveAsync(payment, report is null ? payment : RailPaymentRules.Observe(payment, report));
        }
        catch (RailUnavailableException away)
        {
            metrics.RailPutOff(payment.Rail);
            LogPutOff(away, payment.Rail);
            await SaveAsync(payment, payment);
        }
    }

    /// <summary>
    /// A rail that answers an order with another payment than the one that was ordered. Nothing more is done by itself: the money may be anywhere.
    /// </summary>
    private StoredRailPayment? Contradict(StoredRailPayment payment)
    {
        LogContradicted(payment.Rail);
        return payment.Contradicted ? null : payment with { Contradicted = true };
    }

    private async Task SaveAsync(StoredRailPayment before, StoredRailPayment after)
    {
        if (after.Contradicted && !before.Contradicted)
        {
            metrics.RailContradicted(after.Rail);
            LogContradicted(after.Rail);
        }

        StoredRailPayment next = after with
        {
            Version = before.Version + 1,
            ChangedAtMs = after == before ? before.ChangedAtMs : Math.Max(before.ChangedAtMs, NowMs),
        };
        if (!await ports.Store.UpdateAsync(next, RailPaymentRules.NextLook(next, time.GetUtcNow(), _options), CancellationToken.None))
        {
            _state = null;
            throw new StorageUnavailableException("Another writer got ahead. It goes on from what that one has written.");
        }

        _state = next;
        if (RailPaymentRules.StateOf(next) is var state && state != RailPaymentRules.StateOf(before))
        {
            metrics.RailPaymentCame(next.Rail, next.Kind, state);
        }
    }

    [LoggerMessage(EventId = 3064, Level = LogLevel.Information, Message = "A payment over rail {Rail} cannot go on now; it is tried again.")]
    private partial void LogPutOff(Exception away, string rail);

    [LoggerMessage(EventId = 3065, Level = LogLevel.Warning, Message = "Rail {Rail} does not know a payment that it had taken.")]
    private partial void LogLost(string rail);

    [LoggerMessage(
        EventId = 3066,
        Level = LogLevel.Warning,
        Message = "Rail {Rail} contradicts what was booked for a payment: an operator has to look at it.")]
    private partial void LogContradicted(string rail);
}
