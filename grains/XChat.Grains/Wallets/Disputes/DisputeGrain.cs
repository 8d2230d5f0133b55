using Microsoft.Extensions.Options;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Corrections;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <inheritdoc cref="IDisputeGrain"/>
/// <remarks>
/// All that goes back of a transfer is decided here, one after the other, on what the ledger says went back before. The ledger bounds the sum once more:
/// another activation, or a command whose answer was lost, may get in between. A step of money is kept as due before it is tried, and as done after the
/// ledger has it. What a crash leaves between is tried again under the same id.
/// </remarks>
[GrainType("dispute")]
public sealed class DisputeGrain(
    IDisputeStore store, IWalletLedger ledger, DisputeTransfers transfers, IOptions<DisputeOptions> options, TimeProvider time) : Grain, IDisputeGrain
{
    private TransferId Payment => new(this.GetPrimaryKey());

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<TransferDecided> Refund(PayOrder request)
    {
        if (!PaymentOrder.TryDecode(request.Order, out PaymentOrder? order) || order is null)
        {
            return new TransferDecided(WalletStatus.OrderInvalid, 0, 0, 0);
        }

        // One that was decided before is the wallet's to repeat: it is in the sum itself.
        if (await ledger.FindCommandAsync(order.Transfer, CancellationToken.None) is null)
        {
            TransferStanding? payment = await ledger.FindTransferAsync(Payment, CancellationToken.None);
            if (DisputeRules.CheckRefund(payment, order, await SumBackAsync()) is var status and not WalletStatus.Accepted)
            {
                return new TransferDecided(status, 0, 0, 0);
            }
        }

        return await GrainFactory.Wallet(request.Caller.User, order.Amount.Currency).Pay(request);
    }

    /// <inheritdoc/>
    public async Task<DisputeAnswered> Open(OpenDispute request)
    {
        TransferStanding? payment = await ledger.FindTransferAsync(Payment, CancellationToken.None);
        GoneBack back = await SumBackAsync();
        DisputeStatus status = DisputeRules.CheckOpen(payment, request.Caller.User, back, NowMs);
        StoredDispute? known = await FindAsync();
        if (known is not null && status is not (DisputeStatus.NotFound or DisputeStatus.NotAllowed))
        {
            return Answer(known.State == DisputeState.Open ? DisputeStatus.AlreadyAccepted : DisputeStatus.Decided, known);
        }

        return status == DisputeStatus.Accepted
            ? Answer(status, await SaveAsync(DisputeRules.Begin(payment!, request.Reason, back, options.Value, NowMs)))
            : Answer(status, null);
    }

    /// <inheritdoc/>
    public async Task<DisputeAnswered> Withdraw(WithdrawDispute request)
    {
        if (await FindAsync() is not { } known || !DisputeRules.IsParty(known, request.Caller.User))
        {
            return Answer(DisputeStatus.NotFound, null);
        }

        return known.Payer != request.Caller.User ? Answer(DisputeStatus.NotAllowed, known)
            : await EndAsync(known, DisputeState.Withdrawn);
    }

    /// <inheritdoc/>
    public async Task<DisputeAnswered> Describe(DescribeDispute request) =>
        await FindAsync() is { } known && (request.Caller is not { } caller || DisputeRules.IsParty(known, caller.User))
            ? Answer(DisputeStatus.Accepted, known)
            : Answer(DisputeStatus.NotFound, null);

    /// <inheritdoc/>
    public async Task<DisputeAnswered> Decide(DecideDispute request) => await FindAsync() is { } known
        ? await EndAsync(known, request.Upheld ? DisputeState.Upheld : DisputeState.Rejected)
        : Answer(DisputeStatus.NotFound, null);

    /// <inheritdoc/>
    public async Task<TransferCorrected> Correct(CorrectTransfer request)
    {
        if (await ledger.FindTransferAsync(Payment, CancellationToken.None) is not { } transfer)
        {
            return new TransferCorrected(WalletStatus.NotRefundable, default, 0, "there is no such transfer");
        }

        Correction correction = await DecideCorrectionAsync(transfer, request.MinorUnits);
        if (correction.Order is not { } order)
        {
            return new TransferCorrected(WalletStatus.NotRefundable, default, 0, correction.Problem);
        }

        TransferDecided decided = await GrainFactory.Wallet(correction.From).Transfer(order);
        return new TransferCorrected(
            decided.Status, order.Command, order.Legs[0].MinorUnits,
            decided.Status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted ? string.Empty : "the wallet that has the money refused");
    }

    /// <inheritdoc/>
    public async Task Settle()
    {
        // The sweep has put it off by its lease, and as much again is left for clocks that differ. What is due later than that, or never, was settled
        // after the sweep had taken it: another try would be before its time.
        long nowMs = NowMs;
        if (await FindAsync() is { DueAtMs: not 0 } known && known.DueAtMs <= nowMs + (2 * (long)options.Value.SweepLease.TotalMilliseconds))
        {
            _ = await SettleAsync(known with { DueAtMs = nowMs });
        }
    }

    private static DisputeAnswered Answer(DisputeStatus status, StoredDispute? dispute) => new(status, dispute?.Describe());

    /// <summary>The ledger keeps a refusal with its id for good, so that the next try after one has another.</summary>
    private async Task<Correction> DecideCorrectionAsync(TransferStanding transfer, long? minorUnits)
    {
        GoneBack back = await SumBackAsync();
        long amount = minorUnits ?? back.LeftFor(TransferReason.Correction, transfer);
        for (int attempt = 0; ; attempt++)
        {
            StoredCommand? known = await ledger.FindCommandAsync(CorrectionRules.IdOf(Payment, amount, attempt), CancellationToken.None);
            if (known is null or { Outcome: WalletStatus.Accepted })
            {
                // What was done before is in the sum itself.
                return CorrectionRules.Decide(transfer, known is null ? back : default, amount, attempt);
            }
        }
    }

    private async Task<DisputeAnswered> EndAsync(StoredDispute known, DisputeState state)
    {
        // A clock that has run out is first: nobody decides after it. So is a credit that was tried: whether it was given decides what is left to do.
        known = await SettleAsync(known is { State: DisputeState.Open, IsUnsettled: true } ? known with { DueAtMs = NowMs } : known);
        if (known.State != DisputeState.Open)
        {
            return Answer(known.State == state ? DisputeStatus.AlreadyAccepted : DisputeStatus.Decided, known);
        }

        return Answer(DisputeStatus.Accepted, await SettleAsync(await SaveAsync(DisputeRules.End(known, state, NowMs))));
    }

    /// <summary>
    /// Does what the clocks say, then moves what is due: as much of it as may still go back, which refunds and corrections have made less. Money that does not
    /// move is tried again later, under another id: so long after this try began.
    /// </summary>
    private async Task<StoredDispute> SettleAsync(StoredDispute dispute)
    {
        long nowMs = NowMs;
        StoredDispute ticked = DisputeRules.Tick(dispute, nowMs);
        if (ticked != dispute)
        {
            dispute = await SaveAsync(ticked);
        }

        if (dispute.DueAtMs == 0 || dispute.DueAtMs > nowMs)
        {
            return dispute;
        }

        if (!dispute.IsUnsettled)
        {
            return await SaveAsync(
                dispute with { DueAtMs = DisputeRules.NextDue(dispute, options.Value, nowMs), Version = dispute.Version + 1 });
        }

        StoredDispute moved = dispute with
        {
            Credit = await MoveAsync(dispute, dispute.Credit, TransferReason.ProvisionalCredit, transfers.CreditAsync),
            Charge = await MoveAsync(dispute, dispute.Charge, TransferReason.Chargeback, transfers.ChargeAsync),
            TakenBack = await MoveAsync(dispute, dispute.TakenBack, TransferReason.CreditTakenBack, transfers.TakeBackAsync),
            Attempt = dispute.Attempt + 1,
            Version = dispute.Version + 1,
        };
        return await SaveAsync(moved with { DueAtMs = DisputeRules.NextDue(moved, options.Value, nowMs) });
    }

    private async Task<DisputeStep> MoveAsync(
        StoredDispute dispute, DisputeStep step, TransferReason reason, Func<StoredDispute, long, Task<WalletStatus>> move)
    {
        if (step != DisputeStep.Due)
        {
            return step;
        }

        TransferStanding payment = await ledger.FindTransferAsync(Payment, CancellationToken.None)
            ?? throw new InvalidOperationException("A dispute is about a payment that the ledger does not have.");
        long amount = Math.Min(dispute.MinorUnits, (await SumBackAsync()).LeftFor(reason, payment));
        return amount == 0 || await move(dispute, amount) == WalletStatus.Accepted ? DisputeStep.Done : step;
    }

    private Task<GoneBack> SumBackAsync() => ledger.SumBackAsync(Payment, CancellationToken.None);

    private async Task<StoredDispute> SaveAsync(StoredDispute dispute) => await store.TrySaveAsync(dispute, CancellationToken.None)
        ? dispute
        : throw new StorageUnavailableException("Another writer got ahead. Repeat the same.");

    private Task<StoredDispute?> FindAsync() => store.FindAsync(Payment, CancellationToken.None);
}
