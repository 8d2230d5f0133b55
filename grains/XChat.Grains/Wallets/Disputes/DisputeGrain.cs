using Microsoft.Extensions.Options;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <inheritdoc cref="IDisputeGrain"/>
/// <remarks>
/// A step of money is kept as due before it is tried, and as done after the ledger has it. What a crash leaves between is tried again under the same id.
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
            long givenBack = payment is null ? 0 : await store.SumGivenBackAsync(payment.Credit, Payment, CancellationToken.None);
            if (DisputeRules.CheckRefund(payment, order, givenBack) is var status and not WalletStatus.Accepted)
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
        long givenBack = payment is null ? 0 : await store.SumGivenBackAsync(payment.Credit, Payment, CancellationToken.None);
        DisputeStatus status = DisputeRules.CheckOpen(payment, request.Caller.User, givenBack, NowMs);
        StoredDispute? known = await FindAsync();
        if (known is not null && status is not (DisputeStatus.NotFound or DisputeStatus.NotAllowed))
        {
            return Answer(known.State == DisputeState.Open ? DisputeStatus.AlreadyAccepted : DisputeStatus.Decided, known);
        }

        return status == DisputeStatus.Accepted
            ? Answer(status, await SaveAsync(DisputeRules.Begin(payment!, request.Reason, givenBack, options.Value, NowMs)))
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

    private async Task<DisputeAnswered> EndAsync(StoredDispute known, DisputeState state)
    {
        // A clock that has run out is first: nobody decides after it.
        known = await SettleAsync(known);
        if (known.State != DisputeState.Open)
        {
            return Answer(known.State == state ? DisputeStatus.AlreadyAccepted : DisputeStatus.Decided, known);
        }

        return Answer(DisputeStatus.Accepted, await SettleAsync(await SaveAsync(DisputeRules.End(known, state, NowMs))));
    }

    /// <summary>
    /// Does what the clocks say, then moves what is due. Money that does not move is tried again later, under another id: so long after this try began.
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
            Credit = await MoveAsync(dispute.Credit, () => transfers.CreditAsync(dispute)),
            Charge = await MoveAsync(dispute.Charge, () => transfers.ChargeAsync(dispute)),
            TakenBack = await MoveAsync(dispute.TakenBack, () => transfers.TakeBackAsync(dispute)),
            Attempt = dispute.Attempt + 1,
            Version = dispute.Version + 1,
        };
        return await SaveAsync(moved with { DueAtMs = DisputeRules.NextDue(moved, options.Value, nowMs) });
    }

    private static async Task<DisputeStep> MoveAsync(DisputeStep step, Func<Task<WalletStatus>> move) =>
        step == DisputeStep.Due && await move() == WalletStatus.Accepted ? DisputeStep.Done : step;

    private async Task<StoredDispute> SaveAsync(StoredDispute dispute) => await store.TrySaveAsync(dispute, CancellationToken.None)
        ? dispute
        : throw new StorageUnavailableException("Another writer got ahead. Repeat the same.");

    private Task<StoredDispute?> FindAsync() => store.FindAsync(Payment, CancellationToken.None);
}
