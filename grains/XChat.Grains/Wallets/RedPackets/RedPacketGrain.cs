using Microsoft.Extensions.Options;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.RedPackets;

/// <inheritdoc cref="IRedPacketGrain"/>
/// <remarks>
/// A share is decided, committed and then paid. Everything that a crash can leave - a packet that may or may not be filled, a share that is not paid,
/// a rest that did not go back - is in storage with a time at which the sweep has it settled.
/// </remarks>
[GrainType("red-packet")]
public sealed partial class RedPacketGrain(RedPacketPorts ports, IOptions<RedPacketOptions> options, TimeProvider time) : Grain, IRedPacketGrain
{
    private readonly RedPacketOptions _options = options.Value;
    private Guid _packet;
    private RedPacketState? _state;

    private DateTimeOffset Now => time.GetUtcNow();

    private long NowMs => Now.ToUnixTimeMilliseconds();

    /// <summary>When the sweep looks whether something was left undone.</summary>
    private DateTimeOffset SettleSoon => Now + _options.SettleAfter;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _packet = this.GetPrimaryKey();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<RedPacketCreated> Create(CreateRedPacket request)
    {
        if (await FindAsync() is { } known)
        {
            return await RepeatAsync(known, request);
        }

        _ = RedPacketOrder.TryDecode(request.Order, out RedPacketOrder? order);
        AccountDescription payer = await ports.Devices.DescribeAsync(request.Caller.User);
        RedPacketStatus status = RedPacketRules.CheckOrder(_packet, request, order, payer, NowMs);
        if (status == RedPacketStatus.Accepted)
        {
            status = RedPacketRules.CheckConversation(
                await ports.Roster.FindMembersAsync(new(order!.Conversation), [request.Caller.User]), request.Caller.User);
        }

        if (status != RedPacketStatus.Accepted)
        {
            return new RedPacketCreated(status, default, 0);
        }

        StoredRedPacket packet = new(
            _packet, request.Caller.User, new(order!.Conversation), order.Mode, order.Amount.Currency, order.Amount.MinorUnits, order.Count, NowMs,
            NowMs + (Limits.RedPacketSeconds * 1000L), request.Order, RedPacketStage.Filling, default, 0, []);
        if (!await ports.Store.CreateAsync(packet, SettleSoon, CancellationToken.None))
        {
            return await FindAsync() is { } first
                ? await RepeatAsync(first, request)
                : throw new StorageUnavailableException("Another writer got ahead. Repeat with the same order.");
        }

        RedPacketState state = _state = new RedPacketState(packet);
        await FillAsync(state);
        return Created(state, RedPacketStatus.Accepted);
    }

    /// <inheritdoc/>
    public async Task<RedPacketDescribed> Describe(DescribeRedPacket request)
    {
        if (await FindAsync() is not { Stage: RedPacketStage.Open or RedPacketStage.Ended } state)
        {
            return new RedPacketDescribed(RedPacketStatus.NotMember, null);
        }

        bool party = state.Terms.Payer == request.Caller.User || state.ClaimOf(request.Caller.User) is not null
            || (await ports.Roster.FindMembersAsync(state.Terms.Conversation, [request.Caller.User])).Members.Count == 1;
        if (!party)
        {
            return new RedPacketDescribed(RedPacketStatus.NotMember, null);
        }

        StoredRedPacket terms = state.Terms;
        bool ended = state.Stage == RedPacketStage.Ended || state.Left == 0 || NowMs >= terms.ExpiresAtMs;
        return new RedPacketDescribed(
            RedPacketStatus.Accepted,
            new RedPacketDescription(
                terms.Conversation, terms.Payer, terms.Mode, terms.Currency, terms.MinorUnits, terms.Count, state.Left, terms.ExpiresAtMs, ended, state.Refund,
                [.. state.Claims]));
    }

    /// <inheritdoc/>
    public async Task Settle()
    {
        // What this activation remembers may be behind what another one has stored.
        _state = null;
        if (await FindAsync() is not { } state)
        {
            return;
        }

        if (state.Stage == RedPacketStage.Filling)
        {
            await FillAsync(state);
        }

        if (state.Stage == RedPacketStage.Open && (state.Left == 0 || NowMs >= state.ExpiresAtMs))
        {
            if (!await ports.Store.EndAsync(_packet, state.Claims.Count, SettleSoon, CancellationToken.None))
            {
                _state = null;
                return;
            }

            state.ApplyEnd();
        }

        if (state.Stage is RedPacketStage.Open or RedPacketStage.Ended)
        {
            await PayWhatIsDueAsync(state);
        }
    }

    /// <summary>Pays claims that are not paid and gives the rest back; the ledger tells what it has done already.</summary>
    private async Task PayWhatIsDueAsync(RedPacketState state)
    {
        RedPacketClaim[] claims = [.. state.Claims];
        bool ended = state.Stage == RedPacketStage.Ended;
        long due = claims.Sum(claim => claim.MinorUnits) + (ended ? state.Refund : 0);
        if (await ports.Transfers.PaidAsync(state.Terms) < due)
        {
            await Task.WhenAll(claims.Select(claim => ports.Transfers.PayAsync(state.Terms, claim)));
            if (ended && state.Refund > 0)
            {
                await ports.Transfers.RefundAsync(state.Terms, state.Refund);
            }
        }

        DateTimeOffset? next = ended ? null : DateTimeOffset.FromUnixTimeMilliseconds(state.ExpiresAtMs);
        await ports.Store.SetDueAsync(_packet, claims.Length, next, CancellationToken.None);
    }

    private async Task FillAsync(RedPacketState state)
    {
        WalletStatus funding = await ports.Transfers.FillAsync(state.Terms);
        DateTimeOffset? due = funding == WalletStatus.Accepted ? DateTimeOffset.FromUnixTimeMilliseconds(state.ExpiresAtMs) : null;
        await ports.Store.SetFundingAsync(_packet, funding, due, CancellationToken.None);
        state.ApplyFunding(funding);
    }

    /// <summary>An id that is taken: the same order gets the same answer.</summary>
    private async Task<RedPacketCreated> RepeatAsync(RedPacketState state, CreateRedPacket request)
    {
        if (!state.Terms.Order.AsSpan().SequenceEqual(request.Order) || state.Terms.Payer != request.Caller.User)
        {
            return new RedPacketCreated(RedPacketStatus.IdReusedWithDifferentContent, default, 0);
        }

        if (state.Stage == RedPacketStage.Filling)
        {
            await FillAsync(state);
        }

        return Created(state, RedPacketStatus.AlreadyAccepted);
    }

    private static RedPacketCreated Created(RedPacketState state, RedPacketStatus accepted) => state.Stage == RedPacketStage.Refused
        ? new RedPacketCreated(RedPacketStatus.FundingRefused, state.Funding, 0)
        : new RedPacketCreated(accepted, WalletStatus.Accepted, state.ExpiresAtMs);

    private async Task<RedPacketState?> FindAsync() => _state ??=
        await ports.Store.LoadAsync(_packet, CancellationToken.None) is { } stored ? new RedPacketState(stored) : null;
}
