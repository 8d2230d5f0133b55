using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.RedPackets;
using XChat.Protocol.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>Red packets in memory, with the same fences as the database.</summary>
public sealed class InMemoryRedPackets : IRedPacketStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, StoredRedPacket> _packets = [];
    private readonly Dictionary<Guid, DateTimeOffset?> _due = [];

    /// <inheritdoc/>
    public Task<StoredRedPacket?> LoadAsync(Guid packet, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_packets.GetValueOrDefault(packet));
        }
    }

    /// <inheritdoc/>
    public Task<bool> CreateAsync(StoredRedPacket packet, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_packets.TryAdd(packet.Packet, packet))
            {
                return Task.FromResult(false);
            }

            _due[packet.Packet] = dueAt;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<bool> SetFundingAsync(Guid packet, WalletStatus funding, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        Change(packet, RedPacketStage.Filling, claims: null, dueAt, stored => stored with
        {
            Stage = funding == WalletStatus.Accepted ? RedPacketStage.Open : RedPacketStage.Refused,
            Funding = funding,
        });

    /// <inheritdoc/>
    public Task<bool> ClaimAsync(
        Guid packet, int before, IReadOnlyList<RedPacketClaim> claims, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        Change(packet, RedPacketStage.Open, before, dueAt, stored => stored with { Claims = [.. stored.Claims, .. claims] });

    /// <inheritdoc/>
    public Task<bool> EndAsync(Guid packet, int claims, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        Change(packet, RedPacketStage.Open, claims, dueAt, stored => stored with
        {
            Stage = RedPacketStage.Ended,
            RefundMinorUnits = stored.MinorUnits - stored.Claims.Sum(claim => claim.MinorUnits),
        });

    /// <inheritdoc/>
    public Task SetDueAsync(Guid packet, int claims, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_packets[packet].Claims.Count == claims)
            {
                _due[packet] = dueAt;
            }

            return Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Guid[] due = [.. _due.Where(one => one.Value <= now).OrderBy(one => one.Value).Take(limit).Select(one => one.Key)];
            foreach (Guid packet in due)
            {
                _due[packet] = leaseUntil;
            }

            return Task.FromResult<IReadOnlyList<Guid>>(due);
        }
    }

    private Task<bool> Change(Guid packet, RedPacketStage stage, int? claims, DateTimeOffset? dueAt, Func<StoredRedPacket, StoredRedPacket> change)
    {
        lock (_lock)
        {
            if (!_packets.TryGetValue(packet, out StoredRedPacket? stored) || stored.Stage != stage || (claims is { } count && stored.Claims.Count != count))
            {
                return Task.FromResult(false);
            }

            StoredRedPacket changed = change(stored);
            bool sound = changed.Claims.Count <= changed.Count && changed.Claims.DistinctBy(claim => claim.User).Count() == changed.Claims.Count
                && changed.Claims.Sum(claim => claim.MinorUnits) + changed.RefundMinorUnits <= changed.MinorUnits;
            if (!sound)
            {
                throw new InvalidOperationException("The database would refuse this: more claims than shares, two of one person, or more than there is.");
            }

            _packets[packet] = changed;
            _due[packet] = dueAt;
            return Task.FromResult(true);
        }
    }
}
