using System.Security.Cryptography;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <inheritdoc cref="IRailPaymentGrain"/>
/// <remarks>
/// Two sides are kept: what the rail has done, as far as it is known, and what the ledger says. The rules tell from both what is to be done next; each
/// step can be repeated, and becomes durable before the one after it. What fails on the way is due again.
/// </remarks>
[GrainType("rail-payment")]
public sealed partial class RailPaymentGrain(
    RailPorts ports, IOptions<RailOptions> options, WalletMetrics metrics, TimeProvider time, ILogger<RailPaymentGrain> logger) : Grain, IRailPaymentGrain
{
    private readonly RailOptions _options = options.Value;
    private Guid _payment;
    private StoredRailPayment? _state;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _payment = this.GetPrimaryKey();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<RailPaymentDecided> Deposit(DepositOverRail request)
    {
        byte[] hash = RailPaymentRules.HashOf(request);
        if (await FindAsync() is { } known)
        {
            return Repeated(known, hash);
        }

        RailPaymentStatus status = RailPaymentRules.CheckDeposit(request, ports.Rails.Find(request.Rail)?.Description);
        if (status != RailPaymentStatus.Accepted)
        {
            return Refused(status);
        }

        // What has arrived at a rail is always credited; so the gate is here, before anybody is asked to send money.
        HolderDescribed holder = await GrainFactory.Holder(request.Caller.User).Describe(new DescribeHolder([]));
        WalletStatus gate = RailPaymentRules.CheckHolder(holder);
        return gate != WalletStatus.Accepted ? new RailPaymentDecided(RailPaymentStatus.WalletRefused, gate, null) : await BeginAsync(new StoredRailPayment
        {
            Payment = _payment,
            Rail = request.Rail,
            User = request.Caller.User,
            Kind = RailPaymentKind.Deposit,
            Currency = request.Currency,
            MinorUnits = request.MinorUnits,
            Destination = string.Empty,
            OrderHash = hash,
            CreatedAtMs = NowMs,
            ChangedAtMs = NowMs,
        });
    }

    /// <inheritdoc/>
    public async Task<RailPaymentDecided> Withdraw(WithdrawOverRail request)
    {
        byte[] hash = RailPaymentRules.HashOf(request);
        if (await FindAsync() is { } known)
        {
            return Repeated(known, hash);
        }

        _ = WithdrawalOrder.TryDecode(request.Order, out WithdrawalOrder? order);
        AccountDescription user = await ports.Devices.DescribeAsync(request.Caller.User);
        RailPaymentStatus status = RailPaymentRules.CheckWithdrawal(_payment, request, order, user, ports.Rails.Find(request.Rail), NowMs);
        return status != RailPaymentStatus.Accepted ? Refused(status) : await BeginAsync(new StoredRailPayment
        {
            Payment = _payment,
            Rail = request.Rail,
            User = request.Caller.User,
            Kind = RailPaymentKind.Withdrawal,
            Currency = order!.Amount.Currency,
            MinorUnits = order.Amount.MinorUnits,
            Destination = request.Destination,
            OrderHash = hash,
            CreatedAtMs = NowMs,
            ChangedAtMs = NowMs,
        });
    }

    /// <inheritdoc/>
    public async Task<RailReportTaken> Observe(RailReport request)
    {
        if (await FindAsync() is not { } payment)
        {
            return new RailReportTaken(false);
        }

        await SaveAsync(payment, RailPaymentRules.Observe(payment, request));
        await ContinueAsync();
        return new RailReportTaken(true);
    }

    /// <inheritdoc/>
    public async Task<RailPaymentDecided> Describe(DescribeRailPayment request)
    {
        // It may be read while another call is at work, and what that has stored last counts.
        StoredRailPayment? payment = _state ?? await ports.Store.LoadAsync(_payment, CancellationToken.None);
        return payment?.User == request.Caller.User ? Answer(RailPaymentStatus.Accepted, payment) : Refused(RailPaymentStatus.NotFound);
    }

    /// <inheritdoc/>
    public async Task Advance()
    {
        if (await FindAsync() is not { } payment)
        {
            return;
        }

        if (RailPaymentRules.NextStep(payment) is RailStep.Wait or RailStep.Rest && ports.Rails.Find(payment.Rail) is { } rail)
        {
            await AskAsync(rail, payment);
        }

        await ContinueAsync();
    }

    private async Task<StoredRailPayment?> FindAsync() => _state ??= await ports.Store.LoadAsync(_payment, CancellationToken.None);

    private async Task<RailPaymentDecided> BeginAsync(StoredRailPayment payment)
    {
        if (!await ports.Store.CreateAsync(payment, time.GetUtcNow() + _options.FirstPause, CancellationToken.None))
        {
            return await FindAsync() is { } first
                ? Repeated(first, payment.OrderHash)
                : throw new StorageUnavailableException("Another writer got ahead. Repeat with the same order.");
        }

        _state = payment;
        metrics.RailPaymentCame(payment.Rail, payment.Kind, RailPaymentRules.StateOf(payment));
        await ContinueAsync();
        StoredRailPayment now = await FindAsync() ?? payment;
        return Answer(now.Ledger == RailLedgerStage.Refused ? RailPaymentStatus.WalletRefused : RailPaymentStatus.Accepted, now);
    }

    private static RailPaymentDecided Repeated(StoredRailPayment known, byte[] orderHash) =>
        !CryptographicOperations.FixedTimeEquals(known.OrderHash, orderHash) ? Refused(RailPaymentStatus.IdReusedWithDifferentContent)
        : Answer(known.Ledger == RailLedgerStage.Refused ? RailPaymentStatus.WalletRefused : RailPaymentStatus.AlreadyAccepted, known);

    private static RailPaymentDecided Refused(RailPaymentStatus status) => new(status, WalletStatus.Unspecified, null);

    private static RailPaymentDecided Answer(RailPaymentStatus status, StoredRailPayment payment) => new(status, payment.Refusal, new RailPaymentDescription(
        payment.Payment,
        payment.Rail,
        payment.Kind,
        RailPaymentRules.StateOf(payment),
        payment.Currency,
        payment.MinorUnits,
        payment.Reversed,
        payment.Owed,
        RailTransfers.TransferOf(payment),
        payment.Instruction,
        payment.Failure,
        payment.CreatedAtMs,
        payment.ChangedAtMs));
}
