using System.Security.Cryptography;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.RedPackets;

/// <summary>
/// Opening. Those who come while others are being committed wait together; one reading of the roster and one commit serve them all, and each is
/// decided on those before it.
/// </summary>
public sealed partial class RedPacketGrain
{
    private readonly Queue<Opening> _waiting = new();
    private readonly RandomNumberGenerator _random = RandomNumberGenerator.Create();
    private Task? _serving;

    /// <inheritdoc/>
    public async Task<RedPacketOpened> Open(OpenRedPacket request)
    {
        if (_waiting.Count >= _options.QueueOpenings)
        {
            return Refused(RedPacketStatus.Overloaded);
        }

        Opening opening = new(request.Caller.User);
        _waiting.Enqueue(opening);
        _serving ??= ServeAsync();
        (RedPacketStatus status, RedPacketClaim? claim, StoredRedPacket? terms) = await opening.Decided.Task;
        return claim is null || terms is null
            ? Refused(status)
            : new RedPacketOpened(status, claim.MinorUnits, terms.Currency, await ports.Transfers.PayAsync(terms, claim));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _random.Dispose();
        return Task.CompletedTask;
    }

    private static RedPacketOpened Refused(RedPacketStatus status) => new(status, 0, default, default);

    private async Task ServeAsync()
    {
        // Without this, serving that ends at once would be remembered after it has ended.
        await Task.Yield();
        try
        {
            while (_waiting.Count > 0)
            {
                List<Opening> batch = [];
                while (batch.Count < _options.OpeningsPerCommit && _waiting.TryDequeue(out Opening? next))
                {
                    batch.Add(next);
                }

                await ServeAsync(batch);
            }
        }
        finally
        {
            _serving = null;
        }
    }

    private async Task ServeAsync(List<Opening> batch)
    {
        try
        {
            for (int attempt = 0; attempt < _options.DecisionAttempts; attempt++)
            {
                if (await TryServeAsync(batch))
                {
                    return;
                }

                // Another activation has claimed, or ended the packet.
                _state = null;
            }

            throw new StorageUnavailableException("Other writers got ahead each time. Open it again.");
        }
        catch (Exception problem)
        {
            // What is durable now is unknown; whoever opens it again is answered from storage.
            _state = null;
            batch.ForEach(opening => opening.Decided.TrySetException(problem));
        }
    }

    /// <summary>Decides and commits a batch. False: another writer got ahead and nothing was done.</summary>
    private async Task<bool> TryServeAsync(List<Opening> batch)
    {
        if (await FindAsync() is not { } state)
        {
            batch.ForEach(opening => opening.Decided.TrySetResult((RedPacketStatus.NotMember, null, null)));
            return true;
        }

        UserId[] users = [.. batch.Select(opening => opening.User).Distinct()];
        MembersFound found = await ports.Roster.FindMembersAsync(state.Terms.Conversation, users);
        HashSet<UserId> members = [.. found.Members];

        // Decided on a copy: nobody sees a share before it is durable.
        RedPacketState next = new(state.Terms with { Stage = state.Stage, RefundMinorUnits = state.Refund, Claims = [.. state.Claims] });
        int before = next.Claims.Count;
        List<RedPacketStatus> decided = [];
        foreach (Opening opening in batch)
        {
            (RedPacketStatus status, RedPacketClaim? claim) = RedPacketRules.Open(next, opening.User, members.Contains(opening.User), _random, NowMs);
            decided.Add(status);
            if (claim is not null)
            {
                next.Apply(claim);
            }
        }

        RedPacketClaim[] claims = [.. next.Claims.Skip(before)];
        if (claims.Length > 0)
        {
            if (!await ports.Store.ClaimAsync(_packet, before, claims, SettleSoon, CancellationToken.None))
            {
                return false;
            }

            if (ReferenceEquals(_state, state))
            {
                _state = next;
            }
        }

        foreach ((Opening opening, RedPacketStatus status) in batch.Zip(decided))
        {
            bool has = status is RedPacketStatus.Accepted or RedPacketStatus.AlreadyOpened;
            opening.Decided.TrySetResult((status, has ? next.ClaimOf(opening.User) : null, next.Terms));
        }

        return true;
    }

    private sealed record Opening(UserId User)
    {
        public TaskCompletionSource<(RedPacketStatus Status, RedPacketClaim? Claim, StoredRedPacket? Terms)> Decided { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
