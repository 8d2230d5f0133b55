using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Holders;

/// <summary>
/// What jurisdiction, tier and limits say to a command. In the order of precedence: who is blocked, where there are no payments, what the payer's tier
/// does not have, what the payee may not get; and, after all that the wallet itself refuses except lack of funds, the payer's limits and the payee's.
/// </summary>
public static class TermsRules
{
    /// <summary>Whether money that leaves a person's wallet for a reason is gated and counted. What is given back or corrected is not.</summary>
    public static bool IsRuledOut(TransferReason reason) => reason
        is TransferReason.Payment or TransferReason.RequestPaid or TransferReason.SplitShare or TransferReason.RedPacketFunded
        or TransferReason.Withdrawal;

    /// <summary>
    /// Whether money that reaches a person's wallet for a reason is gated and counted. A deposit is not: it has arrived at the rail, and a blocked wallet
    /// keeps it; its order was gated. Nor is a share of a red packet: it was the sender's to limit, and whoever has claimed it is owed it.
    /// </summary>
    public static bool IsRuledIn(TransferReason reason) => reason
        is TransferReason.Payment or TransferReason.RequestPaid or TransferReason.SplitShare;

    /// <summary>Whether somebody who gets money for a reason is screened before.</summary>
    public static bool IsScreenedIn(TransferReason reason) => IsRuledIn(reason) || reason == TransferReason.Deposit;

    /// <summary>The first gate that is shut; accepted: none.</summary>
    public static WalletStatus CheckGates(PaymentTerms terms, TransferCommand command)
    {
        if (terms.AreNone)
        {
            return WalletStatus.Accepted;
        }

        if (terms.Payer is { } payer && CheckPayer(payer, command) is var gate and not WalletStatus.Accepted)
        {
            return gate;
        }

        for (int index = 0; index < command.Legs.Count; index++)
        {
            if (!MayReceive(terms, command.Legs[index].Credit, command.Legs[index].Reason))
            {
                return WalletStatus.PayeeUnavailable;
            }
        }

        return WalletStatus.Accepted;
    }

    /// <summary>Whether a wallet's holder may get money for a reason.</summary>
    public static bool MayReceive(PaymentTerms terms, WalletKey payee, TransferReason reason)
    {
        return !IsRuledIn(reason) || terms.Payees.GetValueOrDefault(payee) is not { } holder
            || (!holder.Holder.Blocked && holder.PaymentsOn && holder.Features.HasFlag(MoneyFeatures.Receive));
    }

    /// <summary>The first limit that something would go beyond; accepted: none.</summary>
    public static WalletStatus CheckLimits(PaymentTerms terms, IReadOnlyList<UsageRow> spent, IReadOnlyList<Movement> movements, long timeMs)
    {
        if (terms.AreNone)
        {
            return WalletStatus.Accepted;
        }

        if (terms.Payer is { } payer && !AreWithin(payer.Limits, spent, movements, MoneyDirection.Out, timeMs))
        {
            return WalletStatus.LimitReached;
        }

        foreach (IGrouping<WalletKey, Movement> payee in movements.Where(movement => movement.Received).GroupBy(movement => movement.Credit))
        {
            if (terms.Payees.GetValueOrDefault(payee.Key) is { } holder
                && !AreWithin(holder.Limits, holder.Used, [.. payee], MoneyDirection.In, timeMs))
            {
                return WalletStatus.PayeeLimitReached;
            }
        }

        return WalletStatus.Accepted;
    }

    /// <summary>What a command adds to the windows that are limited.</summary>
    public static IReadOnlyList<UsageChange> Count(PaymentTerms terms, Guid account, IReadOnlyList<Movement> movements, long timeMs)
    {
        List<UsageChange> changes = [];
        if (terms.Payer is { } payer)
        {
            AddChanges(changes, payer.Limits, account, movements, MoneyDirection.Out, timeMs);
        }

        foreach (IGrouping<WalletKey, Movement> payee in movements.Where(movement => movement.Received).GroupBy(movement => movement.Credit))
        {
            if (terms.Payees.GetValueOrDefault(payee.Key) is { } holder)
            {
                AddChanges(changes, holder.Limits, payee.Key.ToAccountId(), [.. payee], MoneyDirection.In, timeMs);
            }
        }

        return changes;
    }

    private static WalletStatus CheckPayer(HolderTerms payer, TransferCommand command)
    {
        MoneyFeatures needed = MoneyFeatures.None;
        for (int index = 0; index < command.Legs.Count; index++)
        {
            needed |= FeatureOf(command.Legs[index], command.AcceptanceMs > 0);
        }

        return payer.Holder.Blocked ? WalletStatus.AccountFrozen
            : needed != MoneyFeatures.None && !payer.PaymentsOn ? WalletStatus.PaymentsUnavailable
            : (payer.Features & needed) != needed ? WalletStatus.FeatureUnavailable
            : WalletStatus.Accepted;
    }

    private static MoneyFeatures FeatureOf(TransferLeg leg, bool acceptance) => leg.Reason switch
    {
        TransferReason.Payment => acceptance || leg.ExpiresAtMs > 0 ? MoneyFeatures.PayWithAcceptance : MoneyFeatures.Pay,
        TransferReason.RequestPaid => MoneyFeatures.PayRequest,
        TransferReason.SplitShare => MoneyFeatures.PaySplit,
        TransferReason.RedPacketFunded => MoneyFeatures.RedPacket,
        TransferReason.Withdrawal => MoneyFeatures.Withdraw,
        _ => MoneyFeatures.None,
    };

    private static bool AreWithin(
        IReadOnlyList<MoneyLimit> limits, IReadOnlyList<UsageRow> used, IReadOnlyList<Movement> movements, MoneyDirection direction, long timeMs)
    {
        (Int128 minorUnits, int count) = SumOf(movements, direction);
        if (count == 0)
        {
            return true;
        }

        foreach (MoneyLimit limit in limits.Where(limit => limit.Direction == direction))
        {
            (long before, long counted) = (0, 0);
            if (limit.Window != LimitWindow.Payment && used.FirstOrDefault(row => row.Key.Window == limit.Window) is { } row)
            {
                (before, counted) = row.In(UsageWindows.StartOf(limit.Window, timeMs));
            }

            if (!limit.Allows(before + minorUnits, (Int128)counted + count))
            {
                return false;
            }
        }

        return true;
    }

    private static void AddChanges(
        List<UsageChange> changes,
        IReadOnlyList<MoneyLimit> limits,
        Guid account,
        IReadOnlyList<Movement> movements,
        MoneyDirection direction,
        long timeMs)
    {
        (Int128 minorUnits, int count) = SumOf(movements, direction);
        foreach (MoneyLimit limit in limits.Where(limit => count > 0 && limit.Direction == direction && limit.Window != LimitWindow.Payment))
        {
            UsageKey key = new(account, direction, limit.Window);
            UsageRow row = new(key, UsageWindows.StartOf(limit.Window, timeMs), checked((long)minorUnits), count);
            changes.Add(new UsageChange(row, limit.MinorUnits, limit.Count));
        }
    }

    private static (Int128 MinorUnits, int Count) SumOf(IReadOnlyList<Movement> movements, MoneyDirection direction)
    {
        (Int128 sum, int count) = (0, 0);
        for (int index = 0; index < movements.Count; index++)
        {
            Movement movement = movements[index];
            if (direction == MoneyDirection.Out ? movement.Spent : movement.Received)
            {
                (sum, count) = (sum + movement.MinorUnits, count + 1);
            }
        }

        return (sum, count);
    }
}

/// <summary>
/// Money on its way, as limits see it. A payment that waits for acceptance is spent when it is ordered and received when it is accepted; when it is
/// declined, what was counted as spent stays counted until its window ends.
/// </summary>
public readonly record struct Movement(WalletKey Credit, long MinorUnits, bool Spent, bool Received)
{
    /// <summary>A leg of a transfer.</summary>
    public static Movement Of(TransferLeg leg, bool pending) => new(
        leg.Credit, leg.MinorUnits, TermsRules.IsRuledOut(leg.Reason), !pending && TermsRules.IsRuledIn(leg.Reason));

    /// <summary>A pending transfer that is posted.</summary>
    public static Movement Of(OpenPending pending, long minorUnits) => new(
        pending.Credit, minorUnits, Spent: false, TermsRules.IsRuledIn(pending.Reason));
}
