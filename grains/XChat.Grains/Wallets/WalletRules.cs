using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>
/// What may be debited to an account, decided on its state alone. Refusals come in the order of <see cref="WalletStatus"/>.
/// </summary>
public static partial class WalletRules
{
    /// <summary>Decides a transfer or a linked group: all legs or none.</summary>
    public static WalletDecision Decide(WalletState state, TransferCommand command, PaymentTerms terms, long nowMs)
    {
        if (CheckLegs(state.Key, command, nowMs) is var status and not WalletStatus.Accepted)
        {
            return WalletDecision.Refuse(status);
        }

        if (command.Refusal is { } refusal)
        {
            return Keep(command, refusal, nowMs);
        }

        if (state.Frozen)
        {
            return Keep(command, WalletStatus.AccountFrozen, nowMs);
        }

        if (TermsRules.CheckGates(terms, command) is var gate and not WalletStatus.Accepted)
        {
            return Keep(command, gate, nowMs);
        }

        int pending = CountPending(command);
        if (pending > 0 && state.Pending.Count + pending > Limits.PendingPerWallet)
        {
            return Keep(command, WalletStatus.TooManyPending, nowMs);
        }

        Movement[] movements = terms.AreNone ? [] : MovementsOf(command);
        if (TermsRules.CheckLimits(terms, state.Spent, movements, Math.Max(nowMs, state.LastTimeMs)) is var limit and not WalletStatus.Accepted)
        {
            return Keep(command, limit, nowMs);
        }

        return Sum(command) > state.Available
            ? Keep(command, WalletStatus.InsufficientFunds, nowMs)
            : UnderTerms(Accept(state, command, nowMs), state, terms, movements);
    }

    /// <summary>Decides how a pending transfer ends.</summary>
    public static WalletDecision Decide(WalletState state, ResolveCommand command, PaymentTerms terms, long nowMs)
    {
        if (command.Id.IsEmpty || command.Pending.IsEmpty || command.Id == command.Pending || !IsResolution(command.Resolution))
        {
            return WalletDecision.Refuse(WalletStatus.OrderInvalid);
        }

        OpenPending? pending = state.Pending.GetValueOrDefault(command.Pending);
        if (pending is not null && !MayResolve(state.Key, pending, command, nowMs))
        {
            return WalletDecision.Refuse(WalletStatus.NotAllowed);
        }

        if (command.MinorUnits < 0)
        {
            return WalletDecision.Refuse(WalletStatus.AmountInvalid);
        }

        if (command.MinorUnits > (pending?.MinorUnits ?? Limits.TransferMinorUnits))
        {
            return WalletDecision.Refuse(WalletStatus.AmountTooLarge);
        }

        if (command.Resolution == PendingResolution.Post && (state.Frozen || terms.Payer is { Holder.Blocked: true }))
        {
            return Keep(command, WalletStatus.AccountFrozen, nowMs);
        }

        if (pending is null)
        {
            return WalletDecision.Refuse(WalletStatus.PendingNotFound);
        }

        return command.Resolution != PendingResolution.Post ? Accept(state, command, pending, nowMs)
            : nowMs >= pending.ExpiresAtMs ? WalletDecision.Refuse(WalletStatus.PendingExpired)
            : DecidePosting(state, command, pending, terms, nowMs);
    }

    /// <summary>The payer's side was ruled when the money was reserved; what the payee may get is ruled now.</summary>
    private static WalletDecision DecidePosting(WalletState state, ResolveCommand command, OpenPending pending, PaymentTerms terms, long nowMs)
    {
        if (!TermsRules.MayReceive(terms, pending.Credit, pending.Reason))
        {
            return Keep(command, WalletStatus.PayeeUnavailable, nowMs);
        }

        Movement[] movements = [Movement.Of(pending, command.MinorUnits == 0 ? pending.MinorUnits : command.MinorUnits)];
        return TermsRules.CheckLimits(terms, state.Spent, movements, Math.Max(nowMs, state.LastTimeMs)) is var limit and not WalletStatus.Accepted
            ? Keep(command, limit, nowMs)
            : UnderTerms(Accept(state, command, pending, nowMs), state, terms, movements);
    }

    /// <summary>Refusals that need nothing but the command.</summary>
    private static WalletStatus CheckLegs(WalletKey wallet, TransferCommand command, long nowMs)
    {
        if (!IsWellFormed(command, nowMs))
        {
            return WalletStatus.OrderInvalid;
        }

        if (Any(command, static (leg, wallet) => leg.Credit.Currency != wallet.Currency, wallet))
        {
            return WalletStatus.CurrencyMismatch;
        }

        if (Any(command, static (leg, _) => leg.MinorUnits <= 0, wallet))
        {
            return WalletStatus.AmountInvalid;
        }

        if (Sum(command) > Limits.TransferMinorUnits)
        {
            return WalletStatus.AmountTooLarge;
        }

        if (command.Card is { Payload.Length: > Limits.PaymentCardBytes })
        {
            return WalletStatus.CardInvalid;
        }

        return Any(command, static (leg, wallet) => leg.Credit == wallet, wallet) ? WalletStatus.SelfPayment : WalletStatus.Accepted;
    }

    private static bool IsWellFormed(TransferCommand command, long nowMs) =>
        !command.Id.IsEmpty
        && command.Legs.Count is > 0 and <= Limits.LinkedTransfers
        && !Any(command, static (leg, nowMs) => !IsWellFormed(leg, nowMs), nowMs)
        && (command.Legs.Count == 1 || command.Legs.DistinctBy(leg => leg.Transfer).Count() == command.Legs.Count);

    private static bool IsWellFormed(TransferLeg leg, long nowMs) =>
        !leg.Transfer.IsEmpty
        && leg.Credit.Owner != Guid.Empty
        && Enum.IsDefined(leg.Credit.Kind) && leg.Credit.Kind != WalletKind.Unspecified
        && Enum.IsDefined(leg.Reason) && leg.Reason != TransferReason.Unspecified
        && (leg.ExpiresAtMs == 0 || leg.ExpiresAtMs > nowMs);

    private static int CountPending(TransferCommand command)
    {
        int pending = 0;
        for (int index = 0; index < command.Legs.Count; index++)
        {
            pending += IsPending(command, command.Legs[index]) ? 1 : 0;
        }

        return pending;
    }

    private static bool IsPending(TransferCommand command, TransferLeg leg) => command.AcceptanceMs > 0 || leg.ExpiresAtMs > 0;

    private static Movement[] MovementsOf(TransferCommand command)
    {
        Movement[] movements = new Movement[command.Legs.Count];
        for (int index = 0; index < movements.Length; index++)
        {
            movements[index] = Movement.Of(command.Legs[index], IsPending(command, command.Legs[index]));
        }

        return movements;
    }

    /// <summary>Without the objects that a query makes, as every transfer is asked this several times.</summary>
    private static bool Any<T>(TransferCommand command, Func<TransferLeg, T, bool> holds, T argument)
    {
        for (int index = 0; index < command.Legs.Count; index++)
        {
            if (holds(command.Legs[index], argument))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsResolution(PendingResolution resolution) =>
        resolution is PendingResolution.Post or PendingResolution.Void or PendingResolution.Expire;

    /// <summary>
    /// The payee accepts all of it or declines, the payer recalls what is for a person, and only the server posts a part or lets expire what is over. What
    /// waits for a rail may have been paid out already: nobody takes that back but the server.
    /// </summary>
    private static bool MayResolve(WalletKey payer, OpenPending pending, ResolveCommand command, long nowMs)
    {
        bool whole = command.MinorUnits == 0 || (command.Resolution == PendingResolution.Post && command.MinorUnits == pending.MinorUnits);
        if (command.Actor == Guid.Empty)
        {
            return command.Resolution switch
            {
                PendingResolution.Post => true,
                PendingResolution.Expire => whole && nowMs >= pending.ExpiresAtMs,
                _ => whole,
            };
        }

        bool payee = pending.Credit.Kind == WalletKind.User && command.Actor == pending.Credit.Owner;
        bool self = payer.Kind == WalletKind.User && command.Actor == payer.Owner && pending.Credit.Kind == WalletKind.User;
        return whole && command.Resolution switch
        {
            PendingResolution.Post => payee,
            PendingResolution.Void => payee || self,
            _ => false,
        };
    }

    // Sixty-four bits could overflow before the limit is looked at.
    private static Int128 Sum(TransferCommand command)
    {
        Int128 sum = 0;
        for (int index = 0; index < command.Legs.Count; index++)
        {
            sum += command.Legs[index].MinorUnits;
        }

        return sum;
    }
}
