using System.Diagnostics;
using System.Security.Cryptography;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <inheritdoc cref="IWalletGrain"/>
/// <remarks>
/// Decide, commit, answer. A decision and its place in the chain are taken without an await in between. When a chunk is lost, everything decided on
/// top of it is too: the account is loaded again and each command decided anew.
/// </remarks>
[GrainType("wallet")]
public sealed partial class WalletGrain(
    WalletPorts ports,
    IOptions<WalletOptions> options,
    WalletMetrics metrics,
    TimeProvider time,
    ILogger<WalletGrain> logger) : Grain, IWalletGrain
{
    private readonly WalletOptions _options = options.Value;
    private WalletKey _key;
    private WalletView? _view;
    private Task<WalletView>? _load;
    private Task<WalletCounters>? _reading;
    private Task<WalletCounters>? _nextReading;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Guid owner = this.GetPrimaryKey(out string? extension);
        if (!WalletKey.TryParse(owner, extension, out _key))
        {
            throw new InvalidOperationException("The grain's key names no kind and currency of a wallet.");
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<TransferDecided> Pay(PayOrder request)
    {
        long started = Stopwatch.GetTimestamp();
        if (!PaymentOrder.TryDecode(request.Order, out PaymentOrder? order) || order is null)
        {
            return Answer(Refused(WalletStatus.OrderInvalid), started);
        }

        AccountDescription payer = await ports.Devices.DescribeAsync(request.Caller.User);
        WalletStatus status = PaymentRules.Check(_key, request, order, payer, NowMs);
        if (status != WalletStatus.Accepted)
        {
            return Answer(await RefuseAsync(order.Transfer, CommandDigest.Of(request), status), started);
        }

        AccountDescription payee = await ports.Devices.DescribeAsync(new UserId(order.Payee));
        return await ExecuteAsync(PaymentRules.ToCommand(request, order, payee.Exists), started);
    }

    /// <inheritdoc/>
    public Task<TransferDecided> Transfer(TransferMoney request)
    {
        long started = Stopwatch.GetTimestamp();
        return ExecuteAsync(new TransferCommand(request.Command, request.Actor, CommandDigest.Of(_key, request), request.Legs), started);
    }

    /// <inheritdoc/>
    public async Task<TransferDecided> Resolve(ResolvePending request)
    {
        long started = Stopwatch.GetTimestamp();
        ResolveCommand command = new(
            request.Command, request.Actor.Value, CommandDigest.Of(_key, request), request.Pending, request.Resolution, request.MinorUnits);
        TransferDecided decided = await ExecuteAsync(command, started: null);
        if (decided.Status == WalletStatus.PendingNotFound
            && await ports.Ledger.FindTransferAsync(request.Pending, CancellationToken.None) is { Kind: TransferKind.Pending } known
            && known.Debit == _key)
        {
            // It may have been reserved after that was decided, and be open. What is in the ledger and not found once more has been resolved.
            decided = await ExecuteAsync(command, started: null);
            decided = decided.Status == WalletStatus.PendingNotFound ? Refused(WalletStatus.PendingResolved) : decided;
        }

        return Answer(decided, started);
    }

    /// <summary>Decides a command, makes the decision durable, and answers.</summary>
    /// <param name="command">What to decide.</param>
    /// <param name="started">When the call came that is answered with this, and is measured here; null: it is not the answer yet.</param>
    private async Task<TransferDecided> ExecuteAsync(WalletCommand command, long? started)
    {
        IReadOnlyList<UsageRow> received = [];
        (bool search, bool fresh, int losses) = (false, false, 0);
        while (true)
        {
            WalletView view = _view is { Broken: false } ready ? ready : await LoadAsync();
            if (view.Find(command.Id) is { } recent)
            {
                if (await RepeatAsync(view, recent, command.PayloadHash) is { } repeated)
                {
                    return Answer(repeated, started);
                }

                continue;
            }

            if (search || ports.Terms.Find(view.State, command, received) is not { } terms)
            {
                if (search && await FindAnswerAsync(command) is { } answer)
                {
                    return Answer(answer, started);
                }

                (search, received) = (false, await ports.Terms.FetchAsync(view.State, command));
                continue;
            }

            WalletDecision decision = Decide(view.State, command, terms);
            if (IsTimely(decision.Status) && !fresh)
            {
                // Credits, thawing and rules come from elsewhere; nobody is refused on what was true some time ago.
                view.State.See(await ReadAsync());
                received = await ports.Terms.FetchAsync(view.State, command);
                fresh = true;
                continue;
            }

            fresh = false;
            if (decision.Command is not { } decided)
            {
                if (await StandsAsync(view))
                {
                    return Answer(await RefuseAsync(command.Id, command.PayloadHash, decision.Status), started);
                }

                CountLoss(ref losses);
                continue;
            }

            if (view.TryAdd(decided) is not { } chunk)
            {
                return Answer(Refused(WalletStatus.Overloaded), started);
            }

            ChunkOutcome outcome = await chunk.Outcome;
            if (outcome == ChunkOutcome.Committed)
            {
                view.LetGo();
                return Answer(AnswerTo(decided), started);
            }

            ThrowIfUnknown(outcome);
            CountLoss(ref losses);
            search = true;
        }
    }

    /// <summary>
    /// The answer to a command that the view remembers, once it is durable; null: it was lost. By itself, as what it holds while it waits would else lie in
    /// each call that waits for its commit.
    /// </summary>
    private static async Task<TransferDecided?> RepeatAsync(WalletView view, RecentCommand recent, byte[] payloadHash)
    {
        ChunkOutcome basis = view.InFlight is { } inFlight ? await inFlight : ChunkOutcome.Committed;
        ThrowIfUnknown(basis);
        return view.Broken ? null
            : Repeated(payloadHash, recent.GetPayloadHash(), recent.Decision, recent.Seq, recent.TimeMs, recent.ExpiresAtMs);
    }

    /// <summary>
    /// Whether all that a decision rests on is durable. A refusal that is not kept has no place in the chain, and is not said before that is known.
    /// </summary>
    private static async Task<bool> StandsAsync(WalletView view)
    {
        if (view.InFlight is { } basis)
        {
            await basis;
        }

        return !view.Broken;
    }

    /// <summary>
    /// What the ledger says of a command that lost against something: its own first answer, whose the id is, or that so much cannot go back. Null: nothing.
    /// </summary>
    private async Task<TransferDecided?> FindAnswerAsync(WalletCommand command) =>
        await ports.Ledger.FindCommandAsync(command.Id, CancellationToken.None) is { } stored
            ? Repeated(command.PayloadHash, stored.PayloadHash, stored.Outcome, stored.Seq, stored.TimeMs, stored.ExpiresAtMs)
            : await IsAnyTransferAsync(command) ? Refused(WalletStatus.IdReusedWithDifferentContent)
            : await GivesTooMuchBackAsync(command) ? Refused(WalletStatus.NotRefundable)
            : null;

    private WalletDecision Decide(WalletState state, WalletCommand command, PaymentTerms terms) => command switch
    {
        TransferCommand transfer => WalletRules.Decide(state, transfer, terms, NowMs),
        ResolveCommand resolve => WalletRules.Decide(state, resolve, terms, NowMs),
        _ => throw new UnreachableException($"A wallet knows no {command.GetType().Name}."),
    };

    /// <summary>A refusal by what others change.</summary>
    private static bool IsTimely(WalletStatus status) => status
        is WalletStatus.InsufficientFunds or WalletStatus.AccountFrozen or WalletStatus.PaymentsUnavailable or WalletStatus.FeatureUnavailable
        or WalletStatus.PayeeUnavailable or WalletStatus.LimitReached or WalletStatus.PayeeLimitReached;

    /// <summary>Whether an id that a new command would give to a transfer is another command's transfer already.</summary>
    private async Task<bool> IsAnyTransferAsync(WalletCommand command)
    {
        IEnumerable<TransferId> ids = command is TransferCommand { Legs: var legs } ? legs.Select(leg => leg.Transfer) : [command.Id];
        foreach (TransferId id in ids)
        {
            if (await ports.Ledger.FindTransferAsync(id, CancellationToken.None) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether something of a command gives back more than is left of what it gives back.</summary>
    private async Task<bool> GivesTooMuchBackAsync(WalletCommand command)
    {
        foreach (TransferLeg leg in command is TransferCommand { Legs: var legs } ? legs.Where(leg => GoneBack.Is(leg.Reason)) : [])
        {
            TransferId of = new(leg.Reference);
            if (await ports.Ledger.FindTransferAsync(of, CancellationToken.None) is not { } original
                || leg.MinorUnits > (await ports.Ledger.SumBackAsync(of, CancellationToken.None)).LeftFor(leg.Reason, original))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A refusal that is not kept, unless the id is one that the ledger knows.</summary>
    private async Task<TransferDecided> RefuseAsync(TransferId command, byte[] payloadHash, WalletStatus status) =>
        !command.IsEmpty && await ports.Ledger.FindCommandAsync(command, CancellationToken.None) is { } stored
            ? Repeated(payloadHash, stored.PayloadHash, stored.Outcome, stored.Seq, stored.TimeMs, stored.ExpiresAtMs)
            : Refused(status);

    private static TransferDecided Repeated(byte[] again, byte[] first, WalletStatus outcome, long seq, long timeMs, long expiresAtMs) =>
        !CryptographicOperations.FixedTimeEquals(again, first) ? Refused(WalletStatus.IdReusedWithDifferentContent)
        : outcome == WalletStatus.Accepted ? new TransferDecided(WalletStatus.AlreadyAccepted, seq, timeMs, expiresAtMs)
        : Refused(outcome);

    private static TransferDecided AnswerTo(DecidedCommand decided) =>
        new(decided.Outcome, decided.Seq, decided.Outcome == WalletStatus.Accepted ? decided.TimeMs : 0, decided.ExpiresAtMs);

    private static TransferDecided Refused(WalletStatus status) => new(status, 0, 0, 0);

    private static void ThrowIfUnknown(ChunkOutcome outcome)
    {
        if (outcome == ChunkOutcome.Unknown)
        {
            throw new StorageUnavailableException("Storage did not answer; whether the transfer is durable is unknown. Repeat with the same id.");
        }
    }

    /// <summary>Counts a decision that another writer undid.</summary>
    private void CountLoss(ref int losses)
    {
        if (++losses >= _options.DecisionAttempts)
        {
            throw new StorageUnavailableException("Other writers got ahead each time. Repeat with the same id.");
        }
    }

    private TransferDecided Answer(TransferDecided answer, long? started)
    {
        if (started is { } timestamp)
        {
            metrics.Decided(timestamp, answer.Status);
        }

        return answer;
    }
}
