using System.Security.Cryptography;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.History;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.History;

namespace XChat.Grains.History;

/// <inheritdoc cref="IHistoryGrain"/>
/// <remarks>
/// The segments are in the database alone, where a second activation cannot append twice. What this grain adds is that a device that was revoked neither reads
/// nor writes, whatever session it still has.
/// </remarks>
[GrainType("history")]
public sealed class HistoryGrain(IHistoryStore store, HistoryMetrics metrics, TimeProvider time) : Grain, IHistoryGrain
{
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    private UserId Owner => new(this.GetPrimaryKey());

    /// <inheritdoc/>
    public async Task<HistoryAppended> Append(AppendHistory request)
    {
        HistoryAppended answer = await DecideAndAppendAsync(request);
        metrics.Appended(answer.Status);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<HistoryRead> Read(ReadHistory request) => await IsOwnAsync(request.Caller)
        ? await store.ReadAsync(
            Owner, request.Before == 0 ? long.MaxValue : request.Before, request.After, Limits.HistorySegmentsPerPage, Limits.PageBytes,
            CancellationToken.None)
        : new HistoryRead(0, []);

    private async Task<HistoryAppended> DecideAndAppendAsync(AppendHistory request)
    {
        if (!await IsOwnAsync(request.Caller))
        {
            return new HistoryAppended(HistoryStatus.DeviceRevoked, 0, NoHash);
        }

        NewSegment segment = new(
            Owner, request.Caller.Device, request.Number, request.Previous, SHA256.HashData(request.Segment), request.Segment, Limits.HistoryBytes);
        HistoryWrite written = await store.AppendAsync(segment, time.GetUtcNow(), CancellationToken.None);
        HistoryStatus status = written.Outcome switch
        {
            HistoryWriteOutcome.Appended => HistoryStatus.Accepted,
            HistoryWriteOutcome.Same => HistoryStatus.AlreadyAccepted,
            HistoryWriteOutcome.Full => HistoryStatus.Full,
            _ => HistoryStatus.Behind,
        };
        return new HistoryAppended(status, written.HeadNumber, written.HeadHash);
    }

    private async Task<bool> IsOwnAsync(Caller caller) =>
        caller.User == Owner && (await GrainFactory.Account(Owner).Describe()).Devices.Any(device => device.Device == caller.Device);
}
